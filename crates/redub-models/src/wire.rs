//! The protobuf wire format, as far as edits of ONNX models need it: fields one after another, each copied or replaced.

/// A field: its number and all its bytes, tag included.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Field number.
    pub number: u64,
    /// Tag, length and content.
    pub raw: &'a [u8],
    body: Option<&'a [u8]>,
    value: Option<u64>,
}

impl<'a> Field<'a> {
    /// The content of a length-delimited field (text, bytes, message, packed numbers).
    pub fn bytes(&self) -> Option<&'a [u8]> {
        self.body
    }

    /// The value of a numeric field.
    pub fn value(&self) -> Option<u64> {
        self.value
    }
}

/// The fields of a message in file order; stops after an error, which is a message that ends early or is none.
pub fn fields(message: &[u8]) -> impl Iterator<Item = Result<Field<'_>, String>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = take_field(&mut rest);
        if field.is_err() {
            rest = &[];
        }
        Some(field)
    })
}

fn take_field<'a>(rest: &mut &'a [u8]) -> Result<Field<'a>, String> {
    let start = *rest;
    let tag = take_number(rest)?;
    let (mut body, mut value) = (None, None);
    match tag & 7 {
        0 => value = Some(take_number(rest)?),
        1 => drop(take(rest, 8)?),
        2 => {
            let length = usize::try_from(take_number(rest)?).map_err(|e| e.to_string())?;
            body = Some(take(rest, length)?);
        }
        5 => drop(take(rest, 4)?),
        kind => return Err(format!("wire type {kind} is not used by onnx")),
    }
    Ok(Field { number: tag >> 3, raw: &start[..start.len() - rest.len()], body, value })
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], String> {
    let (head, tail) = rest.split_at_checked(length).ok_or("the file ends inside a field")?;
    *rest = tail;
    Ok(head)
}

/// The numbers of a packed field, in order.
///
/// # Errors
/// A field that ends inside a number.
pub fn packed(mut field: &[u8]) -> Result<Vec<u64>, String> {
    let mut found = Vec::new();
    while !field.is_empty() {
        found.push(take_number(&mut field)?);
    }
    Ok(found)
}

fn take_number(rest: &mut &[u8]) -> Result<u64, String> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err("a number is longer than 64 bits".into())
}

/// A message being written.
#[derive(Debug, Default)]
pub struct Message(Vec<u8>);

impl Message {
    /// An empty message with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// A field copied as it is.
    pub fn raw(&mut self, field: &[u8]) {
        self.0.extend_from_slice(field);
    }

    /// A numeric field.
    pub fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    /// A length-delimited field.
    pub fn bytes(&mut self, field: u64, content: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(content.len() as u64);
        self.0.extend_from_slice(content);
    }

    /// A text field.
    pub fn text(&mut self, field: u64, content: &str) {
        self.bytes(field, content.as_bytes());
    }

    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// A dimension of a tensor's shape in an ONNX model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dim<'a> {
    /// Always this size.
    Size(u64),
    /// Any size, the same wherever the name stands.
    Name(&'a str),
}

/// A `ValueInfoProto` of a tensor: `data_type` is a number of `TensorProto.DataType`.
pub fn tensor_value<'a>(name: &str, data_type: u64, dims: impl IntoIterator<Item = Dim<'a>>) -> Vec<u8> {
    let mut shape = Message::default();
    for dim in dims {
        let mut out = Message::default();
        match dim {
            Dim::Size(size) => out.number(1, size),
            Dim::Name(name) => out.text(2, name),
        }
        shape.bytes(1, &out.finish());
    }
    let mut tensor = Message::default();
    tensor.number(1, data_type);
    tensor.bytes(2, &shape.finish());
    let mut kind = Message::default();
    kind.bytes(1, &tensor.finish());
    let mut out = Message::default();
    out.text(1, name);
    out.bytes(2, &kind.finish());
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wire_type_is_read_back_and_copied_whole() {
        let mut message = Message::default();
        message.number(1, 300);
        message.text(16, "seven");
        message.raw(&[0x1d, 1, 2, 3, 4]); // field 3, 32 bits
        message.raw(&[0x21, 1, 2, 3, 4, 5, 6, 7, 8]); // field 4, 64 bits
        let bytes = message.finish();
        let read: Vec<_> = fields(&bytes).map(Result::unwrap).collect();
        assert_eq!(read.iter().map(|f| f.number).collect::<Vec<_>>(), [1, 16, 3, 4]);
        assert_eq!((read[0].value(), read[1].bytes()), (Some(300), Some(&b"seven"[..])));
        assert_eq!(read.iter().flat_map(|f| f.raw).copied().collect::<Vec<_>>(), bytes);
    }

    #[test]
    fn packed_numbers_are_read() {
        assert_eq!(packed(&[0xac, 0x02, 7]), Ok(vec![300, 7]));
        assert!(packed(&[0xac]).is_err());
    }

    #[test]
    fn a_cut_message_is_an_error_and_ends_the_iteration() {
        let results: Vec<_> = fields(&[0x08, 0x01, 0x12, 0x05, b'x']).collect();
        assert!(results[0].is_ok() && results[1].is_err() && results.len() == 2);
    }
}
