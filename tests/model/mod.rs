//! What is learned is true: signals, leaks, factors, checks, champions.

mod champions;
mod checks;
mod codes;
mod factors;
mod few_conversions;
mod leakage;
mod links;
mod population;
mod small;
mod truth;
mod xgboost;
