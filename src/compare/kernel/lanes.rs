//! Jaro-Winkler on many short strings at once: one string in each 16-bit lane, its places the bits of the lane.
//!
//! The strings of a block have one length, so that one letter of the query has one window in all of them. Each step is
//! a plain loop over the lanes, which compilers turn into operations on whole registers.

use super::jaro_winkler;

/// Strings of one block.
pub(super) const LANES: usize = 32;

/// The longest string that fits a lane.
pub(super) const LANE_PLACES: usize = 16;

/// One number for each string of a block.
pub(super) type Lanes = [u16; LANES];

const ZERO: Lanes = [0; LANES];

/// Where the letters of many strings stand: for each block, a row of lanes for every letter that occurs in the list.
pub(super) struct Blocks {
    rows: usize,
    lanes: Vec<Lanes>,
}

/// Which row belongs to a letter. Row 0 belongs to all letters that do not occur, and is empty.
pub(super) struct Rows {
    of_letter: [u8; 128],
    count: u8,
}

impl Rows {
    pub fn new() -> Self {
        Self { of_letter: [0; 128], count: 1 }
    }

    pub fn add(&mut self, text: &[u8]) {
        for &letter in text {
            let row = &mut self.of_letter[usize::from(letter & 127)];
            if *row == 0 {
                *row = self.count;
                self.count += 1;
            }
        }
    }

    #[inline(always)]
    pub fn get(&self, letter: u8) -> u8 {
        self.of_letter[usize::from(letter & 127)]
    }
}

impl Blocks {
    /// Of strings of `length` bytes each, one behind the other. Time and space: linear.
    pub fn new(texts: &[u8], length: usize, rows: &Rows) -> Self {
        debug_assert!(length <= LANE_PLACES);
        let blocks = (texts.len() / length).div_ceil(LANES);
        let count = usize::from(rows.count);
        let mut lanes = vec![ZERO; blocks * count];
        for (slot, text) in texts.chunks_exact(length).enumerate() {
            for (place, &letter) in text.iter().enumerate() {
                let row = slot / LANES * count + usize::from(rows.get(letter));
                lanes[row][slot % LANES] |= 1 << place;
            }
        }
        Self { rows: count, lanes }
    }

    /// The rows of one block.
    #[inline(always)]
    pub fn rows(&self, block: usize) -> &[Lanes] {
        &self.lanes[block * self.rows..(block + 1) * self.rows]
    }
}

/// One letter of the query: the row of its letter and the places within its reach.
#[derive(Clone, Copy, Default)]
pub(super) struct Step {
    pub row: u8,
    pub window: u16,
}

/// The letters shared by the query and each string of a block.
pub(super) struct Shared {
    pub count: Lanes,
    /// Their places in the string.
    places: Lanes,
}

impl Shared {
    /// Gives each letter of the query the first free place inside its window; `taken` keeps for each letter, in which
    /// lanes there was one.
    #[inline(always)]
    pub fn find(rows: &[Lanes], query: &[Step], taken: &mut [Lanes]) -> Self {
        let (mut places, mut count) = (ZERO, ZERO);
        for (step, taken) in query.iter().zip(taken) {
            let (row, window) = (rows[usize::from(step.row)], step.window);
            let mut found = ZERO;
            for lane in 0..LANES {
                let free = row[lane] & window & !places[lane];
                let first = free & free.wrapping_neg();
                places[lane] |= first;
                found[lane] = if first == 0 { 0 } else { u16::MAX };
                count[lane] = count[lane].wrapping_sub(found[lane]);
            }
            *taken = found;
        }
        Self { count, places }
    }

    /// Whether any lane shares so many.
    #[inline(always)]
    pub fn any_reaches(&self, fewest: u16) -> bool {
        self.count.iter().fold(false, |any, &count| any | (count >= fewest))
    }

    /// How many shared letters have another one at the same rank in the other string.
    #[inline(always)]
    pub fn out_of_order(&self, rows: &[Lanes], query: &[Step], taken: &[Lanes]) -> Lanes {
        let (mut places, mut in_order) = (self.places, ZERO);
        for (step, taken) in query.iter().zip(taken) {
            let (row, taken) = (rows[usize::from(step.row)], *taken);
            for lane in 0..LANES {
                let next = places[lane] & places[lane].wrapping_neg() & taken[lane];
                places[lane] ^= next;
                in_order[lane] += u16::from(row[lane] & next != 0);
            }
        }
        let mut out_of_order = ZERO;
        for lane in 0..LANES {
            out_of_order[lane] = self.count[lane] - in_order[lane];
        }
        out_of_order
    }
}

/// Letters the query and each string begin with in common, four at most.
#[inline(always)]
pub(super) fn beginning(rows: &[Lanes], query: &[Step]) -> Lanes {
    let (mut beginning, mut same) = (ZERO, [1; LANES]);
    for (place, step) in query.iter().take(4).enumerate() {
        let row = rows[usize::from(step.row)];
        for lane in 0..LANES {
            same[lane] &= row[lane] >> place;
            beginning[lane] += same[lane];
        }
    }
    beginning
}

/// Jaro similarities by what was counted, for one length of the query and one of the strings.
pub(super) struct Similarities {
    of_counts: [f64; 512],
}

impl Similarities {
    #[inline(always)]
    pub fn new(query: usize, length: usize) -> Self {
        let mut of_counts = [0.0; 512];
        for shared in 0..=query.min(length) as u16 {
            for swaps in 0..=shared / 2 {
                let jaro = jaro_winkler::jaro(usize::from(shared), usize::from(2 * swaps), (query, length));
                of_counts[Self::index(shared, 2 * swaps)] = jaro;
            }
        }
        Self { of_counts }
    }

    #[inline(always)]
    fn index(shared: u16, out_of_order: u16) -> usize {
        usize::from(((shared << 4) | (out_of_order >> 1)) & 511)
    }

    /// The similarity in each lane, the beginning counted.
    #[inline(always)]
    pub fn get(&self, shared: &Lanes, out_of_order: &Lanes, beginning: &Lanes) -> [f64; LANES] {
        let mut found = [0.0; LANES];
        for lane in 0..LANES {
            found[lane] = self.of_counts[Self::index(shared[lane], out_of_order[lane])];
        }
        for lane in 0..LANES {
            found[lane] = jaro_winkler::with_beginning(found[lane], beginning[lane]);
        }
        found
    }
}
