//! Operations on every number by itself.

use crate::{Graph, Value};

impl Graph {
    /// Sum of two values of one shape, or of a value and a constant that is spread over it.
    pub fn add(&mut self, a: Value, b: Value) -> Value {
        let result = self.pair("Add", a, b);
        let of = self.learnt_of(&[a, b]);
        self.rule(result, move |_, dy| of.iter().map(|v| (*v, dy)).collect())
    }

    /// Difference, as [`Graph::add`].
    pub fn sub(&mut self, a: Value, b: Value) -> Value {
        let result = self.pair("Sub", a, b);
        let (of_a, of_b) = (self.learnt(a), self.learnt(b));
        self.rule(result, move |graph, dy| {
            let mut found = Vec::new();
            if of_a {
                found.push((a, dy));
            }
            if of_b {
                found.push((b, graph.one("Neg", dy)));
            }
            found
        })
    }

    /// Product, as [`Graph::add`].
    pub fn mul(&mut self, a: Value, b: Value) -> Value {
        let result = self.pair("Mul", a, b);
        let (of_a, of_b) = (self.learnt(a), self.learnt(b));
        self.rule(result, move |graph, dy| {
            let mut found = Vec::new();
            if of_a {
                found.push((a, graph.pair("Mul", dy, b)));
            }
            if of_b {
                found.push((b, graph.pair("Mul", dy, a)));
            }
            found
        })
    }

    /// Every number times `by`.
    pub fn scale(&mut self, x: Value, by: f32) -> Value {
        let factor = self.constant(&[1], &[by]);
        self.mul(x, factor)
    }

    /// Every number plus `by`.
    pub fn offset(&mut self, x: Value, by: f32) -> Value {
        let term = self.constant(&[1], &[by]);
        self.add(x, term)
    }

    /// e to the power of `x`.
    pub fn exp(&mut self, x: Value) -> Value {
        let y = self.one("Exp", x);
        self.rule(y, move |graph, dy| vec![(x, graph.pair("Mul", dy, y))])
    }

    /// Natural logarithm.
    pub fn log(&mut self, x: Value) -> Value {
        let y = self.one("Log", x);
        self.rule(y, move |graph, dy| vec![(x, graph.pair("Div", dy, x))])
    }

    /// Sine.
    pub fn sin(&mut self, x: Value) -> Value {
        let y = self.one("Sin", x);
        self.rule(y, move |graph, dy| {
            let slope = graph.one("Cos", x);
            vec![(x, graph.pair("Mul", dy, slope))]
        })
    }

    /// Cosine.
    pub fn cos(&mut self, x: Value) -> Value {
        let y = self.one("Cos", x);
        self.rule(y, move |graph, dy| {
            let slope = graph.one("Sin", x);
            let slope = graph.one("Neg", slope);
            vec![(x, graph.pair("Mul", dy, slope))]
        })
    }

    /// Square root of what is above zero.
    pub fn sqrt(&mut self, x: Value) -> Value {
        let y = self.one("Sqrt", x);
        self.rule(y, move |graph, dy| {
            let half = graph.scale(dy, 0.5);
            vec![(x, graph.pair("Div", half, y))]
        })
    }

    /// 1 / `x`.
    pub fn reciprocal(&mut self, x: Value) -> Value {
        let y = self.one("Reciprocal", x);
        self.rule(y, move |graph, dy| {
            let square = graph.pair("Mul", y, y);
            let slope = graph.one("Neg", square);
            vec![(x, graph.pair("Mul", dy, slope))]
        })
    }

    /// Magnitude.
    pub fn abs(&mut self, x: Value) -> Value {
        let y = self.one("Abs", x);
        self.rule(y, move |graph, dy| {
            let sign = graph.one("Sign", x);
            vec![(x, graph.pair("Mul", dy, sign))]
        })
    }

    /// `x` where it is above zero, else `slope` times it.
    pub fn leaky_relu(&mut self, x: Value, slope: f32) -> Value {
        let shape = self.shape(x).to_vec();
        let alpha = [("alpha", crate::write::Attribute::Float(slope))];
        let y = self.add_node("LeakyRelu", &[x], &alpha, shape.clone());
        self.rule(y, move |graph, dy| {
            let zero = graph.constant(&[1], &[0.0]);
            let above = graph.pair("Greater", x, zero);
            let less = graph.scale(dy, slope);
            vec![(x, graph.add_node("Where", &[above, dy, less], &[], shape.clone()))]
        })
    }

    /// `x`, or `least` where it is below. No gradients pass.
    pub fn at_least(&mut self, x: Value, least: f32) -> Value {
        let x = self.detached(x);
        let least = self.constant(&[1], &[least]);
        self.pair("Max", x, least)
    }

    /// `x + sin²(alpha x) / alpha` (Ziyin et al. 2020), `alpha` a constant per channel.
    pub fn snake(&mut self, x: Value, alpha: Value, one_by_alpha: Value) -> Value {
        let turned = self.pair("Mul", x, alpha);
        let sine = self.one("Sin", turned);
        let square = self.pair("Mul", sine, sine);
        let part = self.pair("Mul", square, one_by_alpha);
        let y = self.pair("Add", x, part);
        self.rule(y, move |graph, dy| {
            // 1 + sin(2 alpha x)
            let twice = graph.pair("Add", turned, turned);
            let slope = graph.one("Sin", twice);
            let part = graph.pair("Mul", dy, slope);
            vec![(x, graph.pair("Add", dy, part))]
        })
    }

    /// An operation on one value.
    pub(crate) fn one(&mut self, op: &str, x: Value) -> Value {
        let shape = self.shape(x).to_vec();
        self.add_node(op, &[x], &[], shape)
    }

    /// An operation on two values, of which one may be spread over the other; what is spread is a constant or a gradient's part.
    pub(crate) fn pair(&mut self, op: &str, a: Value, b: Value) -> Value {
        let (first, second) = (self.shape(a), self.shape(b));
        let larger =
            if second.iter().product::<usize>() > first.iter().product::<usize>() { second } else { first };
        let shape = larger.to_vec();
        self.add_node(op, &[a, b], &[], shape)
    }

    fn learnt_of(&self, values: &[Value]) -> Vec<Value> {
        values.iter().copied().filter(|v| self.learnt(*v)).collect()
    }
}
