//! Feature values as one-byte codes, on which the splits of a forest compare sixteen rows at once where a walk from
//! node to node compares one. Nothing is lost: of a value the trees only ask which of their thresholds it reaches. Used
//! by [`scorer`](super::scorer) and [`explain`](super::explain).
//!
//! The code of a number is the count of the forest's distinct thresholds on that feature that are not above it, so that
//! `value < threshold[k]` is `code <= k`. The code of a category is its position among those that the splits name.

use super::forest::{Forest, Node, category};
use std::collections::BTreeMap;

/// Rows of a block.
pub const LANES: usize = 64;

/// A byte per row of a block: a code, or 0xFF for yes and 0 for no.
pub type Lanes = [u8; LANES];

/// The code of a missing value.
const MISSING: u8 = 255;
/// The most thresholds or categories of a column: with one code more than thresholds, and the one for missing.
const MAX_THRESHOLDS: usize = 254;
/// Whole numbers below this are looked up, because most features are counts and days.
const LOOKED_UP: usize = 1_024;

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
    coding: Coding,
}

#[derive(Debug, Clone)]
enum Coding {
    Number(Box<Thresholds>),
    /// The codes that any split names, ascending.
    Category(Box<[u32]>),
}

#[derive(Debug, Clone)]
struct Thresholds {
    /// The distinct thresholds, ascending, then infinity.
    thresholds: [f32; 256],
    count: usize,
    /// The bits of the count: so many steps a search takes.
    bits: u32,
    /// The codes of the whole numbers below [`LOOKED_UP`], and of a missing value.
    lookup: [u8; LOOKED_UP + 1],
}

/// A split on a column.
#[derive(Debug, Clone)]
pub enum SplitTest {
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
            columns.push(Column { feature, coding: Coding::Number(Box::new(Thresholds::new(&thresholds)?)) });
        }
        for (feature, mut codes) in categories {
            codes.sort_unstable();
            codes.dedup();
            if codes.len() > MAX_THRESHOLDS {
                return None;
            }
            columns.push(Column { feature, coding: Coding::Category(codes.into()) });
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
    pub fn test(&self, node: &Node) -> SplitTest {
        let start = self.columns.partition_point(|column| column.feature < node.feature as usize);
        for (column, Column { coding, .. }) in (0u32..).zip(&self.columns).skip(start) {
            match (&node.categories, coding) {
                (None, Coding::Number(number)) => {
                    let bias = u8::from(node.default_left);
                    return SplitTest::Below { column, bias, bound: number.below(node.threshold) + bias };
                }
                (Some(left), Coding::Category(known)) => {
                    let mut table = Box::new([0; 256]);
                    for (code, _) in known.iter().enumerate().filter(|(_, code)| left.binary_search(code).is_ok()) {
                        table[code] = 0xFF;
                    }
                    table[usize::from(MISSING)] = if node.default_left { 0xFF } else { 0 };
                    return SplitTest::OneOf { column, table };
                }
                _ => {}
            }
        }
        // Only a node of another forest comes here; its rows go right.
        SplitTest::Below { column: 0, bias: 1, bound: 0 }
    }

    /// Encodes up to [`LANES`] row-major `rows` into `codes`, [`Binning::columns`] blocks. Lanes beyond the rows get
    /// some code.
    pub fn encode(&self, rows: &[f32], codes: &mut [Lanes]) {
        let mut values = [0.0; LANES];
        for (column, codes) in self.columns.iter().zip(codes) {
            let cells = rows.iter().skip(column.feature).step_by(self.features);
            values.iter_mut().zip(cells).for_each(|(value, &cell)| *value = cell);
            match &column.coding {
                Coding::Number(number) => number.encode(&values, codes),
                Coding::Category(known) => {
                    codes.iter_mut().zip(&values).for_each(|(code, &x)| *code = category_code(known, x))
                }
            }
        }
    }
}

impl Thresholds {
    fn new(thresholds: &[f32]) -> Option<Thresholds> {
        if thresholds.len() > MAX_THRESHOLDS {
            return None;
        }
        let count = thresholds.len();
        let mut number = Thresholds {
            thresholds: [f32::INFINITY; 256],
            count,
            bits: usize::BITS - count.leading_zeros(),
            lookup: [MISSING; LOOKED_UP + 1],
        };
        number.thresholds[..count].copy_from_slice(thresholds);
        for (integer, code) in number.lookup[..LOOKED_UP].iter_mut().enumerate() {
            *code = thresholds.partition_point(|&t| t <= integer as f32) as u8;
        }
        Some(number)
    }

    /// The highest code that is below the threshold.
    fn below(&self, threshold: f32) -> u8 {
        self.thresholds[..self.count].partition_point(|&t| t < threshold).min(MAX_THRESHOLDS - 1) as u8
    }

    fn encode(&self, values: &[f32; LANES], codes: &mut Lanes) {
        let mut all_looked_up = true;
        for (code, &value) in codes.iter_mut().zip(values) {
            // The cast saturates and makes a missing value 0.
            let integer = value as u32;
            let has_entry = (integer < LOOKED_UP as u32) & (integer as f32 == value);
            all_looked_up &= has_entry | value.is_nan();
            *code = self.lookup[if has_entry { integer as usize } else { LOOKED_UP }];
        }
        // One branch for the whole block: within a column all values are of a kind, as a rule.
        if !all_looked_up {
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

/// The code of a category: its position among the known ones, or their count where no split names it.
fn category_code(known: &[u32], value: f32) -> u8 {
    if value.is_nan() {
        return MISSING;
    }
    let code = category(value).and_then(|code| known.binary_search(&code).ok());
    code.unwrap_or(known.len()) as u8
}

impl SplitTest {
    /// Which rows of a block go left.
    #[inline(always)]
    pub fn goes_left(&self, codes: &[Lanes]) -> Lanes {
        match self {
            SplitTest::Below { column, bias, bound } => {
                let codes = &codes[*column as usize];
                std::array::from_fn(|i| if codes[i].wrapping_add(*bias) <= *bound { 0xFF } else { 0 })
            }
            SplitTest::OneOf { column, table } => {
                let codes = &codes[*column as usize];
                std::array::from_fn(|i| table[usize::from(codes[i])])
            }
        }
    }
}
