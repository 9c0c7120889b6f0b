//! The `Range` header (RFC 9110, section 14), as far as a player needs it: one range of bytes.

use object_store::GetRange;

/// What part of a file of `size` bytes a `Range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it: no range, one that is malformed, or several.
    Whole,
    /// Bytes `start..end`.
    Bytes(std::ops::Range<u64>),
    /// Nothing that is there.
    Unsatisfiable,
}

impl Part {
    /// Reads the header.
    pub fn of(header: Option<&str>, size: u64) -> Self {
        let Some((first, last)) = header.and_then(|h| h.trim().strip_prefix("bytes=")?.split_once('-'))
        else {
            return Self::Whole;
        };
        let number = |text: &str| text.trim().parse::<u64>().ok();
        match (first.trim(), last.trim()) {
            ("", last) => match number(last) {
                Some(0) => Self::Unsatisfiable,
                Some(_) if size == 0 => Self::Unsatisfiable,
                Some(count) => Self::Bytes(size.saturating_sub(count)..size),
                None => Self::Whole,
            },
            (first, "") => match number(first) {
                Some(first) if first < size => Self::Bytes(first..size),
                Some(_) => Self::Unsatisfiable,
                None => Self::Whole,
            },
            (first, last) => match (number(first), number(last)) {
                (Some(first), Some(last)) if first > last => Self::Whole,
                (Some(first), Some(_)) if first >= size => Self::Unsatisfiable,
                (Some(first), Some(last)) => Self::Bytes(first..last.saturating_add(1).min(size)),
                _ => Self::Whole,
            },
        }
    }

    /// The same in the store's terms.
    pub fn get(&self) -> Option<GetRange> {
        if let Self::Bytes(range) = self { Some(GetRange::Bounded(range.clone())) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn one_range_of_bytes() {
        let of = |header: &str| Part::of(Some(header), 1000);
        assert_eq!(of("bytes=0-0"), Part::Bytes(0..1));
        assert_eq!(of("bytes=500-"), Part::Bytes(500..1000));
        assert_eq!(of("bytes=-300"), Part::Bytes(700..1000));
        assert_eq!(of("bytes=-3000"), Part::Bytes(0..1000));
        assert_eq!(of("bytes=900-18446744073709551615"), Part::Bytes(900..1000));
        for header in ["bytes=1000-", "bytes=2000-3000", "bytes=-0"] {
            assert_eq!(of(header), Part::Unsatisfiable, "{header}");
        }
        for header in ["bytes=0-1,5-6", "bytes=7-3", "items=0-1", "bytes=a-b", "bytes=-x", "bytes="] {
            assert_eq!(of(header), Part::Whole, "{header}");
        }
        assert_eq!(Part::of(None, 5), Part::Whole);
        assert_eq!(Part::of(Some("bytes=-5"), 0), Part::Unsatisfiable);
    }
}
