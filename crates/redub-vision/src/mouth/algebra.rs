//! The little linear algebra that the person model needs: ridge regression and principal components.

/// Solves `(A + λ diag) X = B` for a symmetric positive definite `A` (`n × n`, rows first) by Cholesky; `b` is
/// `n × m` and is overwritten with `X`. A matrix that is not positive definite gives zeros in the affected rows.
pub fn solve_spd(mut a: Vec<f64>, n: usize, b: &mut [f64]) {
    let m = b.len().checked_div(n).unwrap_or(0);
    for j in 0..n {
        let diagonal = a[j * n + j] - (0..j).map(|k| a[j * n + k] * a[j * n + k]).sum::<f64>();
        let root = diagonal.max(1e-12).sqrt();
        a[j * n + j] = root;
        for i in j + 1..n {
            let dot: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            a[i * n + j] = (a[i * n + j] - dot) / root;
        }
    }
    for c in 0..m {
        for i in 0..n {
            let dot: f64 = (0..i).map(|k| a[i * n + k] * b[k * m + c]).sum();
            b[i * m + c] = (b[i * m + c] - dot) / a[i * n + i];
        }
        for i in (0..n).rev() {
            let dot: f64 = (i + 1..n).map(|k| a[k * n + i] * b[k * m + c]).sum();
            b[i * m + c] = (b[i * m + c] - dot) / a[i * n + i];
        }
    }
}

/// Ridge regression: the `p × q` matrix `X` that minimises `‖Y − F X‖² + Σ λᵢ ‖Xᵢ − X⁰ᵢ‖²` with features `f`
/// (`rows × p`), values `y` (`rows × q`), one λ per feature and the prior `x0` (`p × q`).
pub fn ridge(f: &[Vec<f32>], y: &[Vec<f32>], lambda: &[f64], x0: &[f32]) -> Vec<f32> {
    let p = lambda.len();
    let q = x0.len().checked_div(p).unwrap_or(0);
    let mut normal = vec![0.0; p * p];
    let mut right = vec![0.0; p * q];
    for (fr, yr) in f.iter().zip(y) {
        for i in 0..p {
            for j in 0..p {
                normal[i * p + j] += f64::from(fr[i]) * f64::from(fr[j]);
            }
            for (c, value) in yr.iter().enumerate() {
                right[i * q + c] += f64::from(fr[i]) * f64::from(*value);
            }
        }
    }
    for i in 0..p {
        normal[i * p + i] += lambda[i];
        for c in 0..q {
            right[i * q + c] += lambda[i] * f64::from(x0[i * q + c]);
        }
    }
    solve_spd(normal, p, &mut right);
    right.into_iter().map(|v| v as f32).collect()
}

/// Mean and the first `k` principal directions (orthonormal rows) of `rows`, by orthogonal iteration on the
/// covariance matrix. Fewer directions come back when the data has fewer.
pub fn principal_components(rows: &[Vec<f32>], k: usize) -> (Vec<f32>, Vec<Vec<f32>>) {
    let d = rows.first().map_or(0, Vec::len);
    let n = rows.len().max(1) as f64;
    let mean: Vec<f64> = (0..d).map(|i| rows.iter().map(|r| f64::from(r[i])).sum::<f64>() / n).collect();
    let mut covariance = vec![0.0f64; d * d];
    let mut centred = vec![0.0f64; d];
    for row in rows {
        for i in 0..d {
            centred[i] = f64::from(row[i]) - mean[i];
        }
        for i in 0..d {
            let value = centred[i];
            for (slot, other) in covariance[i * d..=i * d + i].iter_mut().zip(&centred) {
                *slot += value * other;
            }
        }
    }
    for i in 0..d {
        for j in 0..i {
            covariance[j * d + i] = covariance[i * d + j];
        }
    }
    let k = k.min(d).min(rows.len().saturating_sub(1));
    // A fixed, irregular start keeps the result the same on every run.
    let mut basis: Vec<Vec<f64>> = (0..k)
        .map(|c| (0..d).map(|i| ((i * (c + 3) + 7 * c) as f64 * 0.618_033_98).fract() - 0.5).collect())
        .collect();
    for _ in 0..40 {
        for vector in &mut basis {
            *vector = (0..d)
                .map(|i| covariance[i * d..(i + 1) * d].iter().zip(vector.iter()).map(|(a, b)| a * b).sum())
                .collect();
        }
        orthonormalise(&mut basis);
    }
    let mean = mean.into_iter().map(|v| v as f32).collect();
    let basis = basis.into_iter().map(|v| v.into_iter().map(|x| x as f32).collect()).collect();
    (mean, basis)
}

/// Gram-Schmidt; a vector that vanishes is left out.
fn orthonormalise(basis: &mut Vec<Vec<f64>>) {
    let mut kept: Vec<Vec<f64>> = Vec::with_capacity(basis.len());
    for mut vector in basis.drain(..) {
        let before: f64 = vector.iter().map(|x| x * x).sum();
        for other in &kept {
            let dot: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
            vector.iter_mut().zip(other).for_each(|(a, b)| *a -= dot * b);
        }
        let norm: f64 = vector.iter().map(|x| x * x).sum::<f64>();
        if norm > before * 1e-16 && norm > 1e-18 {
            let scale = norm.sqrt();
            vector.iter_mut().for_each(|x| *x /= scale);
            kept.push(vector);
        }
    }
    *basis = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ridge_finds_a_line_and_falls_back_to_its_prior() {
        let f: Vec<Vec<f32>> = (0..20).map(|i| vec![1.0, i as f32]).collect();
        let y: Vec<Vec<f32>> = (0..20).map(|i| vec![3.0 + 0.5 * i as f32]).collect();
        let x = ridge(&f, &y, &[1e-6, 1e-6], &[0.0, 0.0]);
        assert!((x[0] - 3.0).abs() < 1e-3 && (x[1] - 0.5).abs() < 1e-4);
        assert_eq!(ridge(&[], &[], &[1.0, 1.0], &[2.0, 4.0]), vec![2.0, 4.0]);
    }

    #[test]
    fn first_component_is_the_direction_of_most_motion() {
        let rows: Vec<Vec<f32>> = (0..50).map(|i| vec![i as f32, 2.0 * i as f32, (i % 3) as f32]).collect();
        let (_, basis) = principal_components(&rows, 2);
        assert!((basis[0][1] / basis[0][0] - 2.0).abs() < 0.01);
        assert_eq!(basis.len(), 2);
    }
}
