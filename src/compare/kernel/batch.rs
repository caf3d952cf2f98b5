//! A list of strings packed for being compared with one string after the other.
//!
//! Strings of one length lie together, so that bounds by length are decided once for all of them. A query with a bound
//! then reads planes of letters (see `letters`), and only the strings that have the letters are compared, one by one
//! or, where many are left, a block at a time (see `lanes`). A query without a bound compares block after block.
//!
//! Strings of more than 64 bytes or with letters beyond ASCII are kept aside and compared as pairs.

use super::edits;
use super::jaro_winkler::{self, Window, fewest_shared};
use super::lanes::{self, Blocks, LANE_PLACES, LANES, Lanes, Rows, Shared, Similarities, Step};
use super::letters::{Lacking, Left, Letters, Plane, Planes};
use super::pattern::{PLACES_MAX, Pattern, Positions};
use super::processor::{Instructions, Kernel};

/// So many strings of a block left by the filter are cheaper to compare with the whole block than one by one.
const MANY: u32 = 4;

/// Many strings, each known by its position in the list they came from.
pub struct Batch {
    count: usize,
    buckets: Vec<Bucket>,
    /// What fits no bucket: empty, long, or with letters beyond ASCII.
    others: Vec<(u32, Box<str>)>,
    rows: Rows,
    instructions: Instructions,
}

/// The ASCII strings of one length.
struct Bucket {
    length: usize,
    positions: Vec<u32>,
    /// One behind the other.
    texts: Vec<u8>,
    planes: Planes,
    /// Only where the strings fit lanes.
    blocks: Option<Blocks>,
}

impl Batch {
    /// Packs the strings; position 0 is the first. Time and space: linear, about 100 bytes for a short string.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut of_length = vec![(Vec::new(), Vec::new()); PLACES_MAX + 1];
        let (mut others, mut rows, mut count) = (Vec::new(), Rows::new(), 0);
        for text in texts {
            let position = u32::try_from(count).expect("at most four thousand million strings");
            count += 1;
            if text.is_empty() || text.len() > PLACES_MAX || !text.is_ascii() {
                others.push((position, text.into()));
                continue;
            }
            let (positions, bytes) = &mut of_length[text.len()];
            positions.push(position);
            bytes.extend_from_slice(text.as_bytes());
            if text.len() <= LANE_PLACES {
                rows.add(text.as_bytes());
            }
        }
        let full = of_length.into_iter().enumerate().filter(|(_, (positions, _))| !positions.is_empty());
        let buckets = full.map(|(length, (positions, texts))| Bucket::new(length, positions, texts, &rows)).collect();
        Self { count, buckets, others, rows, instructions: Instructions::detected() }
    }

    /// Number of strings.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Jaro-Winkler similarity of `query` to every string, by position. `similarities` is overwritten, so that one
    /// buffer serves many queries.
    ///
    /// Time: linear in the list and the query's length, for strings of at most 16 bytes 32 at a time.
    pub fn jaro_winkler(&self, query: &str, similarities: &mut Vec<f64>) {
        similarities.clear();
        similarities.resize(self.count, 0.0);
        let pattern = Pattern::new(query);
        let query = Query::new(&pattern, &self.rows);
        self.each_pair(query.is_none(), |position, text| similarities[position] = pattern.jaro_winkler(text));
        if let Some(query) = query {
            self.instructions.run(All { batch: self, query, similarities });
        }
    }

    /// The strings whose Jaro-Winkler similarity to `query` reaches `least`, with the similarity, by rising position.
    /// `found` is overwritten, so that one buffer serves many queries.
    ///
    /// Time: linear in the list and the query's length, for ASCII of at most 64 bytes 256 at a time, and one comparison
    /// for each string that has enough letters of the query.
    pub fn jaro_winkler_from(&self, query: &str, least: f64, found: &mut Vec<(usize, f64)>) {
        found.clear();
        let pattern = Pattern::new(query);
        let query = Query::new(&pattern, &self.rows);
        self.each_pair(query.is_none(), |position, text| {
            found.extend(pattern.jaro_winkler_from(text, least).map(|similarity| (position, similarity)));
        });
        if let Some(query) = query {
            self.instructions.run(Reaching { batch: self, query, least, found });
        }
        found.sort_by_key(|&(position, _)| position);
    }

    /// The strings at an optimal string alignment distance of at most `most` from `query`, with the distance, by rising
    /// position. `found` is overwritten.
    ///
    /// Time: as [`Batch::jaro_winkler_from`].
    pub fn osa_within(&self, query: &str, most: usize, found: &mut Vec<(usize, usize)>) {
        self.within::<true>(query, most, found);
    }

    /// The strings at a Levenshtein distance of at most `most` from `query`, with the distance, by rising position.
    /// `found` is overwritten.
    ///
    /// Time: as [`Batch::jaro_winkler_from`].
    pub fn levenshtein_within(&self, query: &str, most: usize, found: &mut Vec<(usize, usize)>) {
        self.within::<false>(query, most, found);
    }

    fn within<const SWAPS: bool>(&self, query: &str, most: usize, found: &mut Vec<(usize, usize)>) {
        found.clear();
        let pattern = Pattern::new(query);
        let query = Query::new(&pattern, &self.rows);
        self.each_pair(query.is_none(), |position, text| {
            let distance = if SWAPS { pattern.osa_within(text, most) } else { pattern.levenshtein_within(text, most) };
            found.extend(distance.map(|distance| (position, distance)));
        });
        if let Some(query) = query {
            self.instructions.run(Within::<SWAPS> { batch: self, query, most, found });
        }
        found.sort_by_key(|&(position, _)| position);
    }

    /// Calls `pair` with the strings that fit no bucket, and with those of the buckets where the query does not fit.
    fn each_pair(&self, buckets_too: bool, mut pair: impl FnMut(usize, &str)) {
        self.others.iter().for_each(|(position, text)| pair(*position as usize, text));
        for bucket in self.buckets.iter().filter(|_| buckets_too) {
            for (slot, &position) in bucket.positions.iter().enumerate() {
                pair(position as usize, std::str::from_utf8(bucket.text(slot)).expect("buckets hold ASCII"));
            }
        }
    }
}

impl Bucket {
    fn new(length: usize, positions: Vec<u32>, texts: Vec<u8>, rows: &Rows) -> Self {
        let planes = Planes::new(&texts, length);
        let blocks = (length <= LANE_PLACES).then(|| Blocks::new(&texts, length, rows));
        Self { length, positions, texts, planes, blocks }
    }

    #[inline(always)]
    fn text(&self, slot: usize) -> &[u8] {
        &self.texts[slot * self.length..(slot + 1) * self.length]
    }
}

/// A query of 1 to 64 ASCII bytes.
struct Query<'p> {
    text: &'p [u8],
    positions: &'p Positions,
    letters: Letters,
    rows: [u8; PLACES_MAX],
}

impl<'p> Query<'p> {
    fn new(pattern: &'p Pattern, rows: &Rows) -> Option<Self> {
        let text = pattern.text().as_bytes();
        let positions = pattern.positions().filter(|_| !text.is_empty())?;
        let mut of_text = [0; PLACES_MAX];
        for (row, &letter) in of_text.iter_mut().zip(text) {
            *row = rows.get(letter);
        }
        Some(Self { text, positions, letters: Letters::new(text), rows: of_text })
    }
}

/// A query's way through blocks of strings of one length.
struct Walk {
    steps: [Step; PLACES_MAX],
    length: usize,
    taken: [Lanes; PLACES_MAX],
    similarities: Similarities,
}

impl Walk {
    /// The steps after the last letter that can be shared are left out.
    #[inline(always)]
    fn new(query: &Query, bucket: &Bucket) -> Self {
        let reach = jaro_winkler::reach(query.text.len(), bucket.length);
        let length = query.text.len().min(bucket.length + reach);
        let (mut steps, mut window) = ([Step::default(); PLACES_MAX], Window::new(reach));
        for (step, &row) in steps[..length].iter_mut().zip(&query.rows) {
            *step = Step { row, window: window.next() as u16 };
        }
        let similarities = Similarities::new(query.text.len(), bucket.length);
        Self { steps, length, taken: [[0; LANES]; PLACES_MAX], similarities }
    }

    /// The similarities of one block, or `None` where no string shares `fewest` letters.
    #[inline(always)]
    fn block(&mut self, rows: &[Lanes], fewest: usize) -> Option<[f64; LANES]> {
        let steps = &self.steps[..self.length];
        let shared = Shared::find(rows, steps, &mut self.taken);
        if !shared.any_reaches(fewest as u16) {
            return None;
        }
        let out_of_order = shared.out_of_order(rows, steps, &self.taken);
        Some(self.similarities.get(&shared.count, &out_of_order, &lanes::beginning(rows, steps)))
    }
}

/// All similarities of one query.
struct All<'b> {
    batch: &'b Batch,
    query: Query<'b>,
    similarities: &'b mut [f64],
}

impl Kernel for All<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        for bucket in &self.batch.buckets {
            match &bucket.blocks {
                Some(blocks) => self.block_after_block(bucket, blocks),
                None => self.one_by_one(bucket),
            }
        }
    }
}

impl All<'_> {
    #[inline(always)]
    fn block_after_block(&mut self, bucket: &Bucket, blocks: &Blocks) {
        let mut walk = Walk::new(&self.query, bucket);
        for (block, positions) in bucket.positions.chunks(LANES).enumerate() {
            let found = walk.block(blocks.rows(block), 0).unwrap_or([0.0; LANES]);
            for (&position, similarity) in positions.iter().zip(found) {
                self.similarities[position as usize] = similarity;
            }
        }
    }

    #[inline(always)]
    fn one_by_one(&mut self, bucket: &Bucket) {
        for (slot, &position) in bucket.positions.iter().enumerate() {
            let (positions, query) = (self.query.positions, self.query.text);
            self.similarities[position as usize] = jaro_winkler::of_positions(positions, query, bucket.text(slot));
        }
    }
}

/// The similarities of one query that reach `least`.
struct Reaching<'b> {
    batch: &'b Batch,
    query: Query<'b>,
    least: f64,
    found: &'b mut Vec<(usize, f64)>,
}

impl Kernel for Reaching<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let mut left = Left::default();
        for bucket in &self.batch.buckets {
            let (query, string) = (self.query.text.len(), bucket.length);
            let shorter = query.min(string);
            let fewest = |beginning: usize| fewest_shared(query, string, beginning as u16, self.least);
            let (fewest, without_beginning) = (fewest(shorter.min(4)), fewest(0));
            let spare = |fewest: usize| if fewest > shorter { -1 } else { query as isize - fewest as isize };
            let lacking = Lacking { same_first: spare(fewest), other_first: spare(without_beginning) };
            bucket.planes.survivors(&self.query.letters, lacking, &mut left);
            self.compare(bucket, &left.strings, fewest);
        }
    }
}

impl Reaching<'_> {
    /// Compares the strings that are left.
    #[inline(always)]
    fn compare(&mut self, bucket: &Bucket, left: &[Plane], fewest: usize) {
        let mut walk = None;
        for (word, &left) in left.as_flattened().iter().enumerate().filter(|&(_, &left)| left != 0) {
            for half in 0..2 {
                let (block, left) = (2 * word + half, (left >> (half * LANES)) as u32);
                match &bucket.blocks {
                    Some(blocks) if left.count_ones() >= MANY => {
                        let walk = walk.get_or_insert_with(|| Walk::new(&self.query, bucket));
                        if let Some(similarities) = walk.block(blocks.rows(block), fewest) {
                            self.keep(&bucket.positions[block * LANES..], left, &similarities);
                        }
                    }
                    _ => self.one_by_one(bucket, block, left, fewest),
                }
            }
        }
    }

    #[inline(always)]
    fn keep(&mut self, positions: &[u32], mut left: u32, similarities: &[f64; LANES]) {
        while left != 0 {
            let lane = left.trailing_zeros() as usize;
            left &= left - 1;
            if similarities[lane] >= self.least {
                self.found.push((positions[lane] as usize, similarities[lane]));
            }
        }
    }

    #[inline(always)]
    fn one_by_one(&mut self, bucket: &Bucket, block: usize, mut left: u32, fewest: usize) {
        while left != 0 {
            let slot = block * LANES + left.trailing_zeros() as usize;
            left &= left - 1;
            let (positions, query, text) = (self.query.positions, self.query.text, bucket.text(slot));
            if let Some(found) = jaro_winkler::of_positions_from(positions, query, text, fewest, self.least) {
                self.found.push((bucket.positions[slot] as usize, found));
            }
        }
    }
}

/// The distances from one query that are at most `most`.
struct Within<'b, const SWAPS: bool> {
    batch: &'b Batch,
    query: Query<'b>,
    most: usize,
    found: &'b mut Vec<(usize, usize)>,
}

impl<const SWAPS: bool> Kernel for Within<'_, SWAPS> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let (mut left, query, most) = (Left::default(), self.query.text.len(), self.most);
        for bucket in self.batch.buckets.iter().filter(|bucket| bucket.length.abs_diff(query) <= most) {
            // Of the longer string all letters but `most` are in both.
            let fewest = query.max(bucket.length).saturating_sub(most);
            let lacking = (query - fewest) as isize;
            let lacking = Lacking { same_first: lacking, other_first: lacking };
            bucket.planes.survivors(&self.query.letters, lacking, &mut left);
            self.compare(bucket, &left.strings);
        }
    }
}

impl<const SWAPS: bool> Within<'_, SWAPS> {
    #[inline(always)]
    fn compare(&mut self, bucket: &Bucket, left: &[Plane]) {
        for (word, &left) in left.as_flattened().iter().enumerate() {
            let mut left = left;
            while left != 0 {
                let slot = 64 * word + left.trailing_zeros() as usize;
                left &= left - 1;
                let (positions, query, text) = (self.query.positions, self.query.text.len(), bucket.text(slot));
                if let Some(distance) = edits::of_positions::<SWAPS>(positions, query, text, self.most) {
                    self.found.push((bucket.positions[slot] as usize, distance));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{near_pair, text};
    use super::super::{jaro_winkler, levenshtein_within, osa_within};
    use super::*;
    use proptest::prelude::*;

    /// Each query of a batch beside the functions for a pair, with and without the wide registers.
    fn check(texts: &[String], query: &str, least: f64, most: usize) {
        let mut batch = Batch::new(texts.iter().map(String::as_str));
        assert_eq!(batch.len(), texts.len());
        assert_eq!(batch.is_empty(), texts.is_empty());
        let expected: Vec<f64> = texts.iter().map(|text| jaro_winkler(query, text)).collect();
        let reach: Vec<(usize, f64)> = expected.iter().copied().enumerate().filter(|pair| pair.1 >= least).collect();
        let distances = |distance: fn(&str, &str, usize) -> Option<usize>| -> Vec<(usize, usize)> {
            let found = texts.iter().map(|text| distance(query, text, most)).enumerate();
            found.filter_map(|(position, distance)| Some((position, distance?))).collect()
        };
        for instructions in [Instructions::PLAIN, Instructions::detected()] {
            batch.instructions = instructions;
            let (mut all, mut found, mut near) = (vec![0.5; 3], vec![(7, 0.5)], vec![(7, 7)]);
            batch.jaro_winkler(query, &mut all);
            assert_eq!(all, expected, "{query:?} {texts:?} {instructions:?}");
            batch.jaro_winkler_from(query, least, &mut found);
            assert_eq!(found, reach, "{query:?} from {least} {texts:?} {instructions:?}");
            batch.osa_within(query, most, &mut near);
            assert_eq!(near, distances(osa_within), "{query:?} within {most} {texts:?} {instructions:?}");
            batch.levenshtein_within(query, most, &mut near);
            assert_eq!(near, distances(levenshtein_within), "{query:?} within {most} {texts:?} {instructions:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_batch_says_what_the_pairs_say(
            texts in proptest::collection::vec(text(), 0..80), query in text(), least in -0.1..1.1, most in 0_usize..6,
        ) {
            check(&texts, &query, least, most);
        }

        #[test]
        fn also_where_the_strings_are_near(
            pairs in proptest::collection::vec(near_pair(), 1..40), least in 0.6..1.0, most in 0_usize..4,
        ) {
            let (queries, texts): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
            queries.iter().take(5).for_each(|query| check(&texts, query, least, most));
        }

        #[test]
        fn also_where_a_list_fills_several_groups(
            texts in proptest::collection::vec("[a-d]{5,7}", 200..900), query in "[a-d]{4,8}", most in 0_usize..4,
            least in proptest::sample::select(vec![0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0]),
        ) {
            check(&texts, &query, least, most);
        }

        #[test]
        fn a_bound_is_reached_by_what_lies_on_it(
            texts in proptest::collection::vec("[a-d]{1,9}", 1..60), query in "[a-d]{1,9}",
        ) {
            let bounds: Vec<f64> = texts.iter().map(|text| strsim::jaro_winkler(&query, text)).collect();
            bounds.iter().for_each(|&least| check(&texts, &query, least, 2));
        }
    }

    fn names() -> Batch {
        Batch::new([
            "catherine",
            "theodora",
            "katharina",
            "",
            "cathrin",
            "catherine",
            "катерина",
            "kathryn ann smith-jones",
        ])
    }

    #[test]
    fn slips_are_found_at_their_positions_and_look_alikes_are_not() {
        let mut found = Vec::new();
        names().jaro_winkler_from("cathrine", 0.9, &mut found);
        let positions: Vec<usize> = found.iter().map(|&(position, _)| position).collect();
        assert_eq!(positions, [0, 4, 5]);
        let mut near = Vec::new();
        names().osa_within("cahterine", 1, &mut near);
        assert_eq!(near, [(0, 1), (5, 1)]);
        names().levenshtein_within("cahterine", 1, &mut near);
        assert_eq!(near, []);
    }

    #[test]
    fn what_no_register_holds_is_compared_too() {
        let mut found = Vec::new();
        for (query, expected) in [("", 3), ("катерина", 6), ("kathryn ann smith-jonse", 7)] {
            names().jaro_winkler_from(query, 0.95, &mut found);
            assert_eq!(found.iter().map(|&(position, _)| position).collect::<Vec<_>>(), [expected], "{query}");
        }
        let long = "a".repeat(65);
        names().jaro_winkler_from(&long, 0.95, &mut found);
        assert_eq!(found, []);
    }
}
