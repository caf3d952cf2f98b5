//! Names of invented people, with a distribution in which the common ones collide. Leaves who is called what to
//! `people`. Invariant: every pick is integer arithmetic, so that a seed gives the same names on every machine.

use super::world::World;

/// Indices `0..len` with weights that fall as `1 / (rank + shift)`.
#[derive(Clone, Debug)]
pub(super) struct Zipf {
    cumulative: Vec<u64>,
}

impl Zipf {
    pub(super) fn new(len: usize, shift: u64) -> Self {
        let mut total = 0;
        let cumulative = (0..len as u64)
            .map(|rank| {
                total += 1_000_000_000 / (rank + shift.max(1));
                total
            })
            .collect();
        Self { cumulative }
    }

    /// The sum of all weights; a draw is a number below it.
    pub(super) fn total(&self) -> u64 {
        self.cumulative.last().copied().unwrap_or(1)
    }

    /// The index that a number below [`Zipf::total`] falls on.
    pub(super) fn at(&self, draw: u64) -> usize {
        self.cumulative.partition_point(|&end| end <= draw).min(self.cumulative.len().saturating_sub(1))
    }
}

/// Given names, most frequent first.
pub(super) const GIVEN: &[&str] = &[
    "John", "Mary", "James", "Anna", "Robert", "Laura", "David", "Emma", "Michael", "Sarah", "William", "Julia",
    "Thomas", "Linda", "Daniel", "Susan", "Peter", "Karen", "Mark", "Nina", "Paul", "Elena", "George", "Helen",
    "Andrew", "Alice", "Steven", "Grace", "Edward", "Claire", "Brian", "Diana", "Kevin", "Megan", "Jason", "Rachel",
    "Eric", "Amy", "Adam", "Ruth", "Martin", "Joan", "Simon", "Carol", "Philip", "Nora", "Victor", "Irene", "Oscar",
    "Lucy", "Henry", "Ellen", "Samuel", "Jane", "Patrick", "Kate", "Dennis", "Rose", "Walter", "Maria", "Louis",
    "Vera", "Arthur", "Ida", "Leo", "Eva", "Max", "Olivia", "Felix", "Sophie", "Hugo", "Hannah", "Jack", "Lena",
    "Noah", "Mia", "Liam", "Zoe", "Ethan", "Chloe", "Owen", "Ivy", "Caleb", "Ruby", "Aaron", "Stella", "Joel", "Flora",
    "Ian", "Audrey", "Neil", "Paula", "Ralph", "Sylvia", "Carl", "Gloria", "Roy", "Norma", "Glenn", "Marian", "Dean",
    "Celia", "Ross", "Leah", "Dale", "Tessa", "Cole", "Wendy", "Grant", "Holly", "Reed", "April", "Clark", "June",
    "Miles", "Robin", "Jordan", "Casey", "Morgan", "Taylor", "Quinn", "Avery", "Riley", "Rowan", "Emery", "Sage",
    "Hayden", "Parker", "Reese", "Skyler", "Finley", "Marlow", "Arden", "Blair", "Corin", "Darcy", "Ellis", "Farren",
    "Galen", "Harlow", "Indra", "Jarel", "Kerrin", "Larkin", "Merrin", "Nolan", "Orrin", "Perrin", "Quill", "Ronan",
    "Soren", "Tarin", "Ulric", "Verity", "Wren", "Yarrow", "Zaren", "Alden", "Brenna", "Calder", "Delia", "Edlin",
    "Fenna", "Garrick", "Hesper", "Isolde", "Jorah", "Kelda", "Linden", "Maren", "Nerys", "Odell", "Petra", "Rhea",
    "Selwyn", "Thea", "Una", "Vance", "Willa", "Ansel", "Bryn", "Cora", "Dorian", "Elara",
];

/// Family names, most frequent first; [`families`] adds invented compounds behind them.
const FAMILY: &[&str] = &[
    "Smith", "Miller", "Johnson", "Brown", "Clark", "Wilson", "Moore", "Taylor", "Martin", "Baker", "Hill", "Carter",
    "Young", "Cooper", "Fisher", "Turner", "Parker", "Mason", "Walker", "Hunter", "Cook", "Reed", "Gardner", "Weaver",
    "Stone", "Wood", "Fields", "Brooks", "Rivers", "Ford", "Bridges", "Banks", "Marsh", "Heath", "Forrest", "Glen",
    "Dale", "Lane", "West", "North", "Winter", "Summers", "Day", "Knight", "Page", "Porter", "Sawyer", "Shepherd",
    "Thatcher", "Tucker", "Tyler", "Wright", "Archer", "Barker", "Bishop", "Butler", "Carver", "Chandler", "Draper",
    "Farmer", "Fletcher", "Fowler", "Glover", "Harper", "Keeler", "Mercer", "Naylor", "Palmer", "Potter", "Ryder",
    "Slater", "Spencer", "Stewart", "Tanner", "Wheeler", "Abbott", "Barnes", "Calloway", "Denton", "Ellery", "Falk",
    "Garner", "Haldane", "Ingram", "Jarvis", "Kimball", "Lowell", "Merritt", "Norwood", "Orwell", "Prescott",
    "Quincey", "Rollins", "Sheldon", "Thorne", "Upton", "Vickers", "Wexler", "Yardley", "Zeller",
];

const FRONT: &[&str] = &[
    "Ash", "Birch", "Black", "Bright", "Brock", "Cald", "Crom", "Dun", "East", "Elder", "Fair", "Gold", "Green",
    "Hart", "Haw", "Hazel", "High", "Kirk", "Lang", "Lark", "Lind", "Mar", "Mill", "Oak", "Raven", "Red", "Stan",
    "Thorn", "Wake", "Whit",
];

const BACK: &[&str] = &[
    "ford", "well", "ley", "worth", "stead", "ton", "bury", "more", "field", "combe", "brook", "wick", "land", "ham",
    "croft", "shaw", "by", "den", "dale", "gate",
];

/// Every family name, most frequent first.
pub(super) fn families() -> Vec<String> {
    let mut all: Vec<String> = FAMILY.iter().map(|name| (*name).to_string()).collect();
    for back in BACK {
        all.extend(FRONT.iter().map(|front| format!("{front}{back}")));
    }
    all
}

const NICKNAMES: &[(&str, &str)] = &[
    ("John", "Jack"),
    ("James", "Jim"),
    ("Robert", "Bob"),
    ("David", "Dave"),
    ("Michael", "Mike"),
    ("William", "Bill"),
    ("Thomas", "Tom"),
    ("Daniel", "Dan"),
    ("Peter", "Pete"),
    ("Andrew", "Andy"),
    ("Steven", "Steve"),
    ("Edward", "Ed"),
    ("Samuel", "Sam"),
    ("Patrick", "Pat"),
    ("Martin", "Marty"),
    ("Philip", "Phil"),
    ("Victor", "Vic"),
    ("Arthur", "Art"),
    ("Susan", "Sue"),
    ("Susan", "Susie"),
    ("Rachel", "Rae"),
    ("Helen", "Nell"),
    ("Megan", "Meg"),
    ("Diana", "Di"),
    ("Hannah", "Hanna"),
    ("Olivia", "Liv"),
    ("Joan", "Joanie"),
    ("Walter", "Walt"),
    ("Kevin", "Kev"),
    ("Dennis", "Denny"),
    ("Jordan", "Jordy"),
    ("Caleb", "Cal"),
    ("Linda", "Lindy"),
];

/// A short form of that given name, if it has one.
pub(super) fn nickname(given: &str) -> Option<&'static str> {
    NICKNAMES.iter().find(|(name, _)| *name == given).map(|(_, nick)| *nick)
}

/// A given name.
pub(super) fn given(world: &mut World) -> String {
    let draw = world.below64(world.given_names.total());
    GIVEN[world.given_names.at(draw)].to_string()
}

/// A family name.
pub(super) fn family(world: &mut World) -> String {
    let draw = world.below64(world.family_names.total());
    world.families[world.family_names.at(draw)].clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_collide_and_rare_ones_occur() {
        let mut world = World::new(5);
        let mut smiths = 0;
        let mut distinct = std::collections::BTreeSet::new();
        for _ in 0..5_000 {
            let name = family(&mut world);
            smiths += usize::from(name == "Smith");
            distinct.insert(name);
        }
        assert!((40..600).contains(&smiths), "{smiths}");
        assert!(distinct.len() > 400, "{}", distinct.len());
    }

    #[test]
    fn zipf_reaches_both_ends_and_nothing_beyond() {
        let zipf = Zipf::new(3, 1);
        assert_eq!(zipf.at(0), 0);
        assert_eq!(zipf.at(zipf.total() - 1), 2);
        assert_eq!(zipf.at(u64::MAX), 2);
    }

    #[test]
    fn family_names_are_distinct() {
        let mut all = families();
        let before = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), before);
    }
}
