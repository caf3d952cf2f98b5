//! Times the search for near values on generated ones: `cargo bench --bench near -- [values] [threads] [case]`.

use samehand::model::value::{Dictionary, IdentifierKind, Marks};
use samehand::near::{NearRule, edit, neighbours};
use std::collections::BTreeMap;
use std::time::Instant;

/// SplitMix64: seeded, so that every run times the same values.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % bound
    }

    fn word(&mut self, syllables: u64) -> String {
        (0..syllables)
            .map(|_| {
                ["ka", "mi", "do", "re", "lu", "san", "tor", "vel", "ni", "pa", "qu", "be"][self.below(12) as usize]
            })
            .collect()
    }
}

fn email(random: &mut Random) -> String {
    let syllables = 3 + random.below(2);
    let (given, family) = (random.word(2), random.word(syllables));
    let number = if random.below(3) == 0 { random.below(1000).to_string() } else { String::new() };
    format!("{given}.{family}{number}@{}.example", ["mail", "post", "inbox", "corp"][random.below(4) as usize])
}

fn address(random: &mut Random) -> String {
    let (number, street) = (1 + random.below(2000), random.word(3));
    let unit = if random.below(3) == 0 { random.below(60).to_string() } else { String::new() };
    format!("{number}|{street} st|{unit}|springfield|il|{:05}|us", 60_000 + random.below(900))
}

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let count = numbers.first().copied().unwrap_or(1_000_000);
    if let Some(&threads) = numbers.get(1) {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("the first pool of this program");
    }
    type Make = fn(&mut Random, usize) -> String;
    let cases: [(&str, IdentifierKind, Make); 8] = [
        ("emails", IdentifierKind::Email, |random, _| email(random)),
        ("emails counted up", IdentifierKind::Email, |_, i| format!("user{i:06}@mail.example")),
        ("phones", IdentifierKind::Phone, |random, _| format!("+1{:010}", 2_000_000_000 + random.below(8_000_000_000))),
        ("accounts", IdentifierKind::Account, |random, i| match i % 4 {
            0 => format!("021000021:*{:04}", random.below(10_000)),
            _ => format!("{}:{}", ["021000021", "011000015", ""][i % 3], random.below(10_000_000_000)),
        }),
        ("addresses", IdentifierKind::Address, |random, _| address(random)),
        ("handles", IdentifierKind::Handle, |random, _| format!("{}{}", random.word(4), random.below(100))),
        ("resume lines", IdentifierKind::ResumeLine, |random, _| {
            (0..8).map(|_| random.word(2)).collect::<Vec<_>>().join(" ")
        }),
        ("image hashes", IdentifierKind::PhotoHash, |random, _| format!("{:016x}", random.below(u64::MAX))),
    ];
    let chosen = std::env::args().skip(1).find(|argument| cases.iter().any(|(name, ..)| name == argument));
    for (name, kind, make) in cases {
        if chosen.as_ref().is_some_and(|chosen| chosen != name) {
            continue;
        }
        let mut random = Random(7);
        let mut dictionary = Dictionary::default();
        for i in 0..count {
            dictionary.intern(kind, &make(&mut random, i), Marks::NONE);
        }
        let start = Instant::now();
        let found = neighbours(&dictionary);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{name}: {} values, {} pairs, {} groups skipped, {seconds:.2} s",
            dictionary.len(),
            found.pairs.len(),
            found.skipped.len()
        );
        let mut by_rule: BTreeMap<NearRule, u64> = BTreeMap::new();
        found.pairs.iter().for_each(|pair| *by_rule.entry(pair.rule).or_default() += 1);
        by_rule.iter().for_each(|(rule, pairs)| println!("    {}: {pairs}", rule.name()));
        found.diagnostics.iter().for_each(|diagnostic| println!("    {diagnostic}"));
        if kind == IdentifierKind::Email {
            let texts: Vec<&str> = dictionary.values().map(|value| dictionary.text(value)).collect();
            let start = Instant::now();
            let pairs = edit::pairs_within_one(&texts).len();
            println!("    kernel on whole texts: {pairs} pairs, {:.2} s", start.elapsed().as_secs_f64());
        }
    }
}
