//! A logistic model with a ridge penalty (le Cessie and van Houwelingen 1992, Ridge estimators in logistic regression)
//! on the features of the trees. Where conversions are few it ranks better than trees, which need many to split on. Called
//! by [`blend`](super::blend), which chooses the penalty and mixes it with trees.
//!
//! It is kept as a [`Forest`](super::forest::Forest) with one tree per feature, so that whatever scores and explains
//! trees does so for it, exactly: features are cut into bins once, the model is linear in a number per bin, and the tree of
//! a feature has a leaf per bin.
//!
//! | file | what it holds |
//! |---|---|
//! | `bins` | features as bins, and the numbers of a bin that the model is linear in |
//! | `newton` | the weights of least loss |
//! | `layout` | the weights as trees |

mod bins;
mod layout;
mod newton;
#[cfg(test)]
mod tests;

pub use bins::RidgeFeatures;
pub use newton::{RidgeFit, fit};
