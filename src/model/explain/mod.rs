//! Exact path-dependent TreeSHAP in f64: what each feature adds to the margin of one row.
//!
//! The game of a tree (Lundberg, Erion and Lee 2018, Consistent individualized feature attribution for tree ensembles,
//! the "path dependent" one): a feature in the coalition sends the row down its own way, any other splits it by the
//! covers of the children. For a leaf of value v whose path has the features j, with `o_j` = 1 where the row satisfies
//! all splits on j along the path (else 0) and `r_j` = the product of the cover ratios of those splits, the game is
//! v·∏(o_j or r_j). By the multilinear extension (Owen 1972, Multilinear extensions of games)
//!
//! φ_i = v·(o_i − r_i)·∫₀¹ ∏_{j≠i} (t·o_j + (1−t)·r_j) dt,
//!
//! a polynomial in t of degree m−1 for m features, so Gauss–Legendre with ⌈m/2⌉ points is exact. All factors lie in
//! [0, 1] and nothing cancels, unlike the weights of the usual recurrence.
//!
//! The integral is computed by a kernel. It needs of a row only which splits send it left. So the leaves of a tree are
//! divided into groups with few splits, and of many rows the kernel runs once for every pattern of outcomes that occurs
//! in a group; the rows then add up from a small table. One row alone takes the same numbers in the same order.
//!
//! Used by `pipeline::scoring` for the factors of every scored profile, and by `queries` for those of one.
//!
//! | file | what it holds |
//! |---|---|
//! | `quadrature` | the points and weights of the integral |
//! | `kernel` | the integral for some leaves of a tree |
//! | `leaf_groups` | a tree's leaves in groups with few splits |
//! | `explainer` | [`Explainer`]: a forest laid out, and rows explained |

mod explainer;
mod kernel;
mod leaf_groups;
mod quadrature;
#[cfg(test)]
mod tests;

pub use explainer::Explainer;
