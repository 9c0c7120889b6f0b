//! Rotations as quaternions.

/// The rotation `R` (no mirroring) that maximises the trace of `Rᵀ · correlation`: Horn's closed form, where the answer is
/// the main eigenvector of a symmetric 4×4 matrix.
pub(crate) fn best_rotation(m: &[[f32; 3]; 3]) -> [[f32; 3]; 3] {
    let m = m.map(|row| row.map(f64::from));
    // Horn's S is indexed (from, to); `m` is (to, from).
    let s = |i: usize, j: usize| m[j][i];
    let n = [
        [s(0, 0) + s(1, 1) + s(2, 2), s(1, 2) - s(2, 1), s(2, 0) - s(0, 2), s(0, 1) - s(1, 0)],
        [s(1, 2) - s(2, 1), s(0, 0) - s(1, 1) - s(2, 2), s(0, 1) + s(1, 0), s(2, 0) + s(0, 2)],
        [s(2, 0) - s(0, 2), s(0, 1) + s(1, 0), s(1, 1) - s(0, 0) - s(2, 2), s(1, 2) + s(2, 1)],
        [s(0, 1) - s(1, 0), s(2, 0) + s(0, 2), s(1, 2) + s(2, 1), s(2, 2) - s(0, 0) - s(1, 1)],
    ];
    from_quaternion(main_eigenvector(n).map(|v| v as f32))
}

/// Eigenvector of the largest eigenvalue of a symmetric matrix, by Jacobi rotations.
fn main_eigenvector(mut a: [[f64; 4]; 4]) -> [f64; 4] {
    let mut vectors: [[f64; 4]; 4] =
        std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for _ in 0..12 {
        for p in 0..3 {
            for q in p + 1..4 {
                if a[p][q].abs() < 1e-15 {
                    continue;
                }
                let theta = 0.5 * (2.0 * a[p][q]).atan2(a[q][q] - a[p][p]);
                let (s, c) = theta.sin_cos();
                for row in &mut a {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
                let (upper, lower) = a.split_at_mut(q);
                for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
                    (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                }
                for row in &mut vectors {
                    (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
                }
            }
        }
    }
    let best = (0..4).max_by(|&i, &j| a[i][i].total_cmp(&a[j][j])).unwrap_or(0);
    std::array::from_fn(|i| vectors[i][best])
}

/// Rotation matrix of a quaternion `[w, x, y, z]` of any length above zero.
pub(crate) fn from_quaternion(q: [f32; 4]) -> [[f32; 3]; 3] {
    let length = q.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
    let [w, x, y, z] = q.map(|v| v / length);
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
        [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
        [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
    ]
}

/// Quaternion `[w, x, y, z]` of a rotation matrix, the one with `w ≥ 0`.
pub(crate) fn to_quaternion(r: &[[f32; 3]; 3]) -> [f32; 4] {
    let diagonal = [r[0][0], r[1][1], r[2][2]];
    let trace: f32 = diagonal.iter().sum();
    let q = if trace > 0.0 {
        [trace + 1.0, r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]]
    } else {
        let i = (0..3).max_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j])).unwrap_or(0);
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        let mut q = [r[k][j] - r[j][k], 0.0, 0.0, 0.0];
        q[1 + i] = 1.0 + r[i][i] - r[j][j] - r[k][k];
        q[1 + j] = r[j][i] + r[i][j];
        q[1 + k] = r[k][i] + r[i][k];
        q
    };
    let length = q.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-12);
    let sign = if q[0] < 0.0 { -1.0 } else { 1.0 };
    q.map(|v| sign * v / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_is_its_own_best_rotation_and_survives_the_quaternion() {
        for q in [[0.9, 0.1, -0.3, 0.2], [0.1, 0.9, 0.3, -0.2], [0.05, 0.0, 1.0, 0.1]] {
            let r = from_quaternion(q);
            let again = best_rotation(&r);
            let third = from_quaternion(to_quaternion(&r));
            for i in 0..3 {
                for j in 0..3 {
                    assert!((r[i][j] - again[i][j]).abs() < 1e-5);
                    assert!((r[i][j] - third[i][j]).abs() < 1e-5);
                }
            }
        }
    }
}
