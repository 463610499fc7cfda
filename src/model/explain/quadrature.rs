//! Gauss–Legendre points on [0, 1], for the integral over coalitions in [`explain`](super). Called by
//! [`kernel`](super::kernel).

use std::f64::consts::PI;

/// The `count` points and weights that integrate every polynomial of degree below 2·count over [0, 1] exactly.
///
/// Newton's method on the Legendre polynomial, from the first approximation of its roots (Tricomi 1950).
pub fn gauss_legendre(count: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut points, mut weights) = (vec![0.5; count], vec![1.0; count]);
    let n = count as f64;
    for i in 0..count.div_ceil(2) {
        let mut x = (PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        // Convergence is quadratic from a start that is right to three digits; the bound only guards the loop.
        for _ in 0..20 {
            let (value, derivative) = legendre(count, x);
            slope = derivative;
            let step = value / derivative;
            x -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        let weight = 1.0 / ((1.0 - x * x) * slope * slope);
        let mirror = count - 1 - i;
        (points[i], weights[i]) = (0.5 * (1.0 - x), weight);
        (points[mirror], weights[mirror]) = (0.5 * (1.0 + x), weight);
    }
    (points, weights)
}

/// The Legendre polynomial of this degree and its derivative, by the three-term recurrence.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (0.0, 1.0);
    for k in 0..degree {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0));
    }
    (value, degree as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        for count in [1, 2, 3, 4, 8, 16, 31, 64] {
            let (points, weights) = gauss_legendre(count);
            assert!(points.iter().all(|t| 0.0 < *t && *t < 1.0));
            for degree in 0..2 * count {
                let sum: f64 = points.iter().zip(&weights).map(|(t, w)| w * t.powi(degree as i32)).sum();
                assert!((sum - 1.0 / (degree as f64 + 1.0)).abs() < 1e-14, "{count} points, degree {degree}: {sum}");
            }
            let wrong: f64 = points.iter().zip(&weights).map(|(t, w)| w * t.powi(2 * count as i32)).sum();
            assert!(count > 8 || (wrong - 1.0 / (2.0 * count as f64 + 1.0)).abs() > 1e-12);
        }
    }
}
