//! Pseudo-random numbers and hashes whose algorithms are frozen: the same seed gives the same bits on every machine and
//! in every version, which neither the standard library nor the `rand` crate promises. Folds, sampled negatives, the
//! intervals of every test and the demo's files depend on them; none is fit for cryptography.
//!
//! `features::rows` hashes ids with [`fnv1a_64`] and [`splitmix64`], `model::bootstrap` resamples with
//! [`Xoshiro256PlusPlus`], `demo::random` draws with [`Xoshiro256StarStar`]. What a seed and a stream are made of is
//! the caller's affair.

/// FNV-1a of the UTF-8 bytes, 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv).
pub fn fnv1a_64(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A bijection of 64 bits in which every input bit moves every output bit: the finalizer of [`SplitMix64`] (Stafford
/// 2011, Better bit mixing, variant 13). 0 stays 0.
pub fn mix_64(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The first number of [`SplitMix64`] under this seed, as a hash of 64 bits.
pub fn splitmix64(seed: u64) -> u64 {
    SplitMix64::new(seed).next_u64()
}

/// SplitMix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators): period 2⁶⁴; seeds the
/// others.
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The sequence of a seed; every seed is as good as any other.
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    /// The next number, uniform over all of `u64`.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix_64(self.0)
    }
}

/// xoshiro256++ (Blackman and Vigna 2021, Scrambled linear pseudorandom number generators): period 2²⁵⁶ − 1.
#[derive(Debug, Clone)]
pub struct Xoshiro256PlusPlus(Xoshiro256);

impl Xoshiro256PlusPlus {
    /// The sequence of a seed, its state filled by [`SplitMix64`] as the authors advise.
    pub fn seeded(seed: u64) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus(Xoshiro256::seeded(seed))
    }

    /// The next number, uniform over all of `u64`.
    pub fn next_u64(&mut self) -> u64 {
        let [a, _, _, d] = self.0.step();
        a.wrapping_add(d).rotate_left(23).wrapping_add(a)
    }

    /// A number from 0..`bound`: the high word of the product (Lemire 2019, Fast random integer generation in an
    /// interval), without his rejection. A number is off its share by less than `bound`/2⁶⁴.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}

/// xoshiro256** (Blackman and Vigna 2021, as [`Xoshiro256PlusPlus`]): the same state, another scrambler.
#[derive(Debug, Clone)]
pub struct Xoshiro256StarStar(Xoshiro256);

impl Xoshiro256StarStar {
    /// The sequence of a seed, its state filled by [`SplitMix64`] as the authors advise.
    pub fn seeded(seed: u64) -> Xoshiro256StarStar {
        Xoshiro256StarStar(Xoshiro256::seeded(seed))
    }

    /// The next number, uniform over all of `u64`.
    pub fn next_u64(&mut self) -> u64 {
        let [_, b, _, _] = self.0.step();
        b.wrapping_mul(5).rotate_left(7).wrapping_mul(9)
    }

    /// Uniform in [0, 1): the upper 53 bits of a number.
    pub fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The linear engine that the xoshiro256 generators share; its state is never all zeros.
#[derive(Debug, Clone)]
struct Xoshiro256([u64; 4]);

impl Xoshiro256 {
    fn seeded(seed: u64) -> Xoshiro256 {
        let mut seeder = SplitMix64::new(seed);
        Xoshiro256([0; 4].map(|_| seeder.next_u64()))
    }

    /// Moves on; gives the state before the step, from which a scrambler makes its number.
    fn step(&mut self) -> [u64; 4] {
        let before = self.0;
        let s = &mut self.0;
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outputs of the authors' splitmix64.c (prng.di.unimi.it) for the seed 1234567, as Rosetta Code prints them in
    /// *Pseudo-random numbers/Splitmix64*.
    #[test]
    fn splitmix64_gives_the_published_numbers() {
        let mut generator = SplitMix64::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!([0; 5].map(|_| generator.next_u64()), expected);
        assert_eq!((splitmix64(1_234_567), mix_64(0)), (expected[0], 0));
    }

    /// Outputs of the authors' xoshiro256plusplus.c (prng.di.unimi.it) for the state 1, 2, 3, 4, as the tests of the
    /// crate rand_xoshiro have them.
    #[test]
    fn xoshiro256_plus_plus_gives_the_published_numbers() {
        let mut generator = Xoshiro256PlusPlus(Xoshiro256([1, 2, 3, 4]));
        let expected = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
            14_011_001_112_246_962_877,
            12_406_186_145_184_390_807,
            15_849_039_046_786_891_736,
            10_450_023_813_501_588_000,
        ];
        assert_eq!([0; 10].map(|_| generator.next_u64()), expected);
    }

    /// The same of xoshiro256starstar.c.
    #[test]
    fn xoshiro256_star_star_gives_the_published_numbers() {
        let mut generator = Xoshiro256StarStar(Xoshiro256([1, 2, 3, 4]));
        let expected = [
            11_520,
            0,
            1_509_978_240,
            1_215_971_899_390_074_240,
            1_216_172_134_540_287_360,
            607_988_272_756_665_600,
            16_172_922_978_634_559_625,
            8_476_171_486_693_032_832,
            10_595_114_339_597_558_777,
            2_904_607_092_377_533_576,
        ];
        assert_eq!([0; 10].map(|_| generator.next_u64()), expected);
    }

    /// Test vectors of Noll's FNV page (isthe.com/chongo/tech/comp/fnv).
    #[test]
    fn fnv1a_gives_the_published_hashes() {
        let hashes = ["", "a", "foobar"].map(fnv1a_64);
        assert_eq!(hashes, [0xcbf2_9ce4_8422_2325, 0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8]);
    }

    #[test]
    fn seeds_fill_the_state_by_splitmix64() {
        let numbers = |seed| {
            let mut generator = Xoshiro256PlusPlus::seeded(seed);
            [0; 3].map(|_| generator.next_u64())
        };
        assert_eq!(numbers(7), [1_021_219_803_524_665_661, 3_174_977_118_032_272_916, 13_236_943_193_235_544_178]);
        assert_ne!(numbers(7), numbers(8));
        let mut generator = Xoshiro256StarStar::seeded(7 ^ 0xd1b5_4a32_d192_ed03);
        assert_eq!(generator.next_u64(), 4_716_216_831_252_312_410);
        assert!((0..1_000).all(|_| (0.0..1.0).contains(&generator.next_f64())));
        let mut generator = Xoshiro256PlusPlus::seeded(7);
        assert_eq!([0; 6].map(|_| generator.below(1_000)), [55, 172, 717, 427, 963, 465]);
    }
}
