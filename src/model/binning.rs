//! Feature values as one-byte codes, on which the splits of a forest compare sixteen rows at once where a walk from node
//! to node compares one. Nothing is lost: of a value the trees only ask which of their thresholds it reaches. Used by
//! [`super::scorer`] and [`super::explain`].
//!
//! The code of a number is the count of the forest's distinct thresholds on that feature that are not above it, so that
//! `value < threshold[k]` is `code <= k`. The code of a category is its place among those that the splits name.

use super::forest::{Forest, Node, category};
use std::collections::BTreeMap;

/// Rows of a block.
pub const LANES: usize = 64;

/// A byte per row of a block: a code, or 0xFF for yes and 0 for no.
pub type Lanes = [u8; LANES];

/// The code of a missing value.
const MISSING: u8 = 255;
/// The most thresholds or categories of a column: with one code more than thresholds, and the one for missing.
const MOST: usize = 254;
/// Whole numbers below this are looked up, because most features are counts and days.
const SMALL: usize = 1_024;

/// How the values of the features that a forest looks at become codes.
#[derive(Debug, Clone)]
pub struct Binning {
    features: usize,
    columns: Vec<Column>,
}

/// A feature has one column for its numeric splits and one for its categorical ones.
#[derive(Debug, Clone)]
struct Column {
    feature: usize,
    scale: Scale,
}

#[derive(Debug, Clone)]
enum Scale {
    Number(Box<Number>),
    /// The codes that any split names, ascending.
    Category(Box<[u32]>),
}

#[derive(Debug, Clone)]
struct Number {
    /// The distinct thresholds, ascending, then infinity.
    thresholds: [f32; 256],
    count: usize,
    /// The bits of the count: so many steps a search takes.
    bits: u32,
    /// The codes of the whole numbers below [`SMALL`], and of a missing value.
    small: [u8; SMALL + 1],
}

/// A split on a column.
#[derive(Debug, Clone)]
pub enum Test {
    /// Goes left where `code + bias <= bound`. A bias of 1 wraps missing values round to 0, and so to the left.
    Below { column: u32, bias: u8, bound: u8 },
    /// Goes left where the table has 0xFF at the code.
    OneOf { column: u32, table: Box<[u8; 256]> },
}

impl Binning {
    /// `None` where a feature has more thresholds or categories than a byte can tell apart.
    pub fn new(forest: &Forest) -> Option<Binning> {
        let mut thresholds: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        let mut categories: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for node in forest.trees.iter().flat_map(|tree| &tree.nodes).filter(|node| !node.is_leaf()) {
            match &node.categories {
                None => thresholds.entry(node.feature as usize).or_default().push(node.threshold),
                Some(codes) => categories.entry(node.feature as usize).or_default().extend(codes),
            }
        }
        let mut columns = Vec::new();
        for (feature, mut thresholds) in thresholds {
            thresholds.sort_unstable_by(f32::total_cmp);
            // By value, so that both zeros are one threshold.
            thresholds.dedup();
            columns.push(Column { feature, scale: Scale::Number(Box::new(Number::new(&thresholds)?)) });
        }
        for (feature, mut codes) in categories {
            codes.sort_unstable();
            codes.dedup();
            if codes.len() > MOST {
                return None;
            }
            columns.push(Column { feature, scale: Scale::Category(codes.into()) });
        }
        // In the order of the features, because neighbours share the cache lines of the rows.
        columns.sort_by_key(|column| column.feature);
        Some(Binning { features: forest.features, columns })
    }

    /// Bytes per row of a block, each a block of lanes.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The test of a split of the forest that this was made for.
    pub fn test(&self, node: &Node) -> Test {
        let start = self.columns.partition_point(|column| column.feature < node.feature as usize);
        for (column, Column { scale, .. }) in (0u32..).zip(&self.columns).skip(start) {
            match (&node.categories, scale) {
                (None, Scale::Number(number)) => {
                    let bias = u8::from(node.default_left);
                    return Test::Below { column, bias, bound: number.below(node.threshold) + bias };
                }
                (Some(left), Scale::Category(known)) => {
                    let mut table = Box::new([0; 256]);
                    for (code, _) in known.iter().enumerate().filter(|(_, code)| left.binary_search(code).is_ok()) {
                        table[code] = 0xFF;
                    }
                    table[usize::from(MISSING)] = if node.default_left { 0xFF } else { 0 };
                    return Test::OneOf { column, table };
                }
                _ => {}
            }
        }
        // Only a node of another forest comes here; its rows go right.
        Test::Below { column: 0, bias: 1, bound: 0 }
    }

    /// Codes up to [`LANES`] row-major `rows` into `codes`, [`Binning::columns`] blocks. Lanes beyond the rows get some
    /// code.
    pub fn code(&self, rows: &[f32], codes: &mut [Lanes]) {
        let mut values = [0.0; LANES];
        for (column, codes) in self.columns.iter().zip(codes) {
            let cells = rows.iter().skip(column.feature).step_by(self.features);
            values.iter_mut().zip(cells).for_each(|(value, &cell)| *value = cell);
            match &column.scale {
                Scale::Number(number) => number.code(&values, codes),
                Scale::Category(known) => codes.iter_mut().zip(&values).for_each(|(code, &x)| *code = place(known, x)),
            }
        }
    }
}

impl Number {
    fn new(thresholds: &[f32]) -> Option<Number> {
        if thresholds.len() > MOST {
            return None;
        }
        let count = thresholds.len();
        let mut number = Number {
            thresholds: [f32::INFINITY; 256],
            count,
            bits: usize::BITS - count.leading_zeros(),
            small: [MISSING; SMALL + 1],
        };
        number.thresholds[..count].copy_from_slice(thresholds);
        for (whole, code) in number.small[..SMALL].iter_mut().enumerate() {
            *code = thresholds.partition_point(|&t| t <= whole as f32) as u8;
        }
        Some(number)
    }

    /// The highest code that is below the threshold.
    fn below(&self, threshold: f32) -> u8 {
        self.thresholds[..self.count].partition_point(|&t| t < threshold).min(MOST - 1) as u8
    }

    fn code(&self, values: &[f32; LANES], codes: &mut Lanes) {
        let mut looked_up = true;
        for (code, &value) in codes.iter_mut().zip(values) {
            // The cast saturates and makes a missing value 0.
            let whole = value as u32;
            let is_small = (whole < SMALL as u32) & (whole as f32 == value);
            looked_up &= is_small | value.is_nan();
            *code = self.small[if is_small { whole as usize } else { SMALL }];
        }
        // One branch for the whole block: within a column all values are of a kind, as a rule.
        if !looked_up {
            let found = self.search(values);
            let all = codes.iter_mut().zip(found).zip(values);
            all.for_each(|((code, found), value)| *code = if value.is_nan() { MISSING } else { found });
        }
    }

    /// How many thresholds each value reaches: binary searches side by side, without branches. The padding makes every
    /// column as long as a power of two.
    fn search(&self, values: &[f32; LANES]) -> Lanes {
        let mut reached = [0u8; LANES];
        for bit in (0..self.bits).rev() {
            let step = 1u8 << bit;
            for (reached, value) in reached.iter_mut().zip(values) {
                let at = reached.wrapping_add(step - 1);
                *reached |= u8::from(self.thresholds[usize::from(at)] <= *value) << bit;
            }
        }
        // Infinity reaches the padding, too.
        reached.map(|reached| reached.min(self.count as u8))
    }
}

/// The code of a category: its place, or the count where no split names it.
fn place(known: &[u32], value: f32) -> u8 {
    if value.is_nan() {
        return MISSING;
    }
    let place = category(value).and_then(|code| known.binary_search(&code).ok());
    place.unwrap_or(known.len()) as u8
}

impl Test {
    /// Which rows of a block go left.
    #[inline(always)]
    pub fn goes_left(&self, codes: &[Lanes]) -> Lanes {
        match self {
            Test::Below { column, bias, bound } => {
                let codes = &codes[*column as usize];
                std::array::from_fn(|i| if codes[i].wrapping_add(*bias) <= *bound { 0xFF } else { 0 })
            }
            Test::OneOf { column, table } => {
                let codes = &codes[*column as usize];
                std::array::from_fn(|i| table[usize::from(codes[i])])
            }
        }
    }
}
