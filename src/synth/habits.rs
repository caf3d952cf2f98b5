//! How a hired person works, as sign-ins, inventories and carriers see it: what is drawn for everybody, and what is
//! planted for those whose laptop somebody else works on. Leaves to `life` how it becomes rows.
//! Invariant: nothing here but the exit of a virtual private network is a value that two people have.

use super::abroad::{self, Abroad, Spot};
use super::gear::{self, Program};
use super::people::{self, Account, Person};
use super::places::{self, Place};
use super::world::World;

/// An interview at a fixed time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    /// Seconds since 1970-01-01.
    pub(super) start: i64,
    pub(super) minutes: i64,
    /// How often it was moved.
    pub(super) moved: u32,
}

/// Copies out of the source code that are not everyday ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    Everyday,
    /// So many repositories in the first days.
    Bulk(u32),
    /// A push to a repository of the person's own.
    Outside,
}

/// How somebody works. Days count from the hire.
#[derive(Clone, Debug)]
pub(super) struct Habits {
    /// Remote tools and other programs that are not everybody's, with the day on which they are first seen.
    pub(super) tools: Vec<(Program, i32)>,
    pub(super) things: Vec<(&'static str, i32)>,
    /// Where the laptop stands when that is neither home nor office.
    pub(super) city: Option<usize>,
    /// From where the account is used without the laptop, in turn, on so many days.
    pub(super) elsewhere: Vec<Spot>,
    pub(super) elsewhere_days: u32,
    /// First day, number of days, and where somebody was who took the laptop along.
    pub(super) trip: Option<(i32, i32, Spot)>,
    /// Signs in through a virtual private network on every second day.
    pub(super) private: bool,
    /// Days on which the person signs in within the first weeks.
    pub(super) days: u32,
    /// Twenty-minute slot of the day that is kept free of the partner's; anything else is drawn.
    pub(super) slot: Option<u32>,
    /// Sign-ins name the mailbox and no employee number.
    pub(super) by_login: bool,
    /// The home before, and the day on which the change was reported.
    pub(super) moved: Option<(Place, i32)>,
    /// The laptop went on so many days after it came.
    pub(super) sent_on: Option<(i32, Abroad)>,
    /// The carrier was told to deliver elsewhere.
    pub(super) redirected: bool,
    /// Days from the hire to the end of the background check.
    pub(super) checked: i32,
    pub(super) check: &'static str,
    pub(super) copies: Copies,
    /// A colleague's employee number; everybody else's is drawn.
    pub(super) referred_by: Option<String>,
    pub(super) reason: &'static str,
    pub(super) meetings: Vec<Meeting>,
}

impl Habits {
    /// Nothing that anybody would look at twice.
    pub(super) fn quiet(world: &mut World) -> Self {
        Self {
            tools: Vec::new(),
            things: Vec::new(),
            city: None,
            elsewhere: Vec::new(),
            elsewhere_days: 0,
            trip: None,
            private: false,
            days: 7 + world.below(6),
            slot: None,
            by_login: false,
            moved: None,
            sent_on: None,
            redirected: false,
            checked: -world.between(2, 12),
            check: "Clear",
            copies: Copies::Everyday,
            referred_by: None,
            reason: "Resigned",
            meetings: Vec::new(),
        }
    }

    /// Ordinary life with what is odd about it now and then, for the same reasons as everywhere.
    pub(super) fn ordinary(world: &mut World, person: &Person) -> Self {
        let mut habits = Self::quiet(world);
        if world.chance(9) {
            habits.approved_tool(world);
        }
        // Somebody helps a parent with the family's computer, and long after the hire.
        if world.below(1_000) < 12 {
            let day = world.between(60, 300);
            habits.tools.extend(gear::remote_tools(world, 1).into_iter().map(|tool| (tool, day)));
        }
        for (percent, list) in [(1, gear::AWAKE), (2, gear::CALLS)] {
            if world.chance(percent) {
                let name = world.pick(list);
                habits.tools.push((gear::program(world, name), world.between(5, 200)));
            }
        }
        if world.chance(5) {
            habits.travels(world);
        }
        habits.private = world.chance(3);
        if world.chance(5) {
            let old = person.former_home.clone().unwrap_or_else(|| places::home(world));
            habits.moved = Some((old, world.between(60, 400)));
        }
        habits.redirected = world.chance(1);
        if world.chance(4) {
            habits.checked = world.between(3, 15);
        }
        if world.chance(3) {
            habits.check = world.pick(&["Consider", "Clear after review", "Unable to verify employment"]);
        }
        if world.below(1_000) < 8 {
            habits.copies = Copies::Bulk(20 + world.below(30));
        }
        habits.reason = world.pick(&["Resigned", "Resigned", "Contract ended", "Position eliminated", "Performance"]);
        habits
    }

    /// Has a tool that stands on the company's list.
    pub(super) fn approved_tool(&mut self, world: &mut World) {
        let name = world.pick(gear::APPROVED);
        let program = gear::program(world, name);
        self.tools.push((program, world.between(1, 40)));
    }

    /// Spends a week or two abroad and takes the laptop along.
    pub(super) fn travels(&mut self, world: &mut World) {
        let country = world.below(64) as usize;
        let spot = abroad::on_a_trip(world, country);
        self.trip = Some((world.between(40, 90), world.between(5, 12), spot));
    }

    /// A laptop that stands with a facilitator, while somebody elsewhere works on it: remote tools soon after the hire or
    /// a keyboard over the network, the account used from servers and private networks abroad.
    pub(super) fn hosted(world: &mut World, city: usize) -> Self {
        let mut habits = Self::quiet(world);
        habits.city = Some(city);
        habits.days = 10 + world.below(6);
        let tools = [2, 3, 1, 0][world.weighted(&[68, 12, 14, 6])];
        for tool in gear::remote_tools(world, tools) {
            habits.tools.push((tool, world.between(3, 13)));
        }
        if tools == 0 || world.chance(30) {
            habits.things.push((world.pick(gear::KVM), world.between(3, 20)));
        }
        habits.works_abroad(world);
        if world.chance(20) {
            let name = world.pick(gear::AWAKE);
            habits.tools.push((gear::program(world, name), world.between(3, 20)));
        }
        if world.chance(33) {
            habits.sent_on = Some((world.between(8, 26), abroad::address(world)));
        }
        match world.below(100) {
            0..=9 => habits.copies = Copies::Bulk(150 + world.below(300)),
            10..=14 => habits.copies = Copies::Outside,
            _ => {}
        }
        habits.reason = world.pick(&["Contract ended", "Performance", "No contact", "Policy violation"]);
        habits
    }

    /// The account is used from abroad on so many days that it is no trip.
    pub(super) fn works_abroad(&mut self, world: &mut World) {
        let country = world.below(64) as usize;
        self.elsewhere = vec![abroad::hosting(world, country), abroad::vpn(world, Some(country))];
        for _ in 0..2 {
            let exit = abroad::vpn(world, Some(country));
            self.elsewhere.push(exit);
        }
        self.elsewhere_days = 6 + world.below(6);
    }

    /// A ring's persona that was hired and has the laptop at hand: less to see than of one that is hosted.
    pub(super) fn operated(world: &mut World, person: &Person) -> Self {
        let mut habits = Self::ordinary(world, person);
        habits.trip = None;
        if world.chance(45) {
            let count = 1 + world.below(2) as usize;
            for tool in gear::remote_tools(world, count) {
                habits.tools.push((tool, world.between(2, 30)));
            }
        }
        if world.chance(40) {
            habits.works_abroad(world);
        }
        habits
    }
}

/// Pay that moves on: one account before the second pay run, another after some weeks; the current one stays the last.
pub(super) fn restless_pay(world: &mut World, person: &mut Person) {
    let payee = person.full_name();
    let Some(job) = &mut person.job else { return };
    let Some(mut last) = job.accounts.pop() else { return };
    let first = job.hired + world.between(9, 16);
    let second = first + world.between(35, 80);
    let spans = [(job.hired, first), (first + 1, second)];
    job.accounts = spans
        .map(|(from, to)| Account { payout: people::bank(world, false), payee: payee.clone(), from, to: Some(to) })
        .to_vec();
    last.from = second + 1;
    job.accounts.push(last);
}

/// One account from the hire to the end.
pub(super) fn steady_pay(world: &mut World, person: &mut Person) {
    let payee = person.full_name();
    if let Some(job) = &mut person.job {
        let payout = people::bank(world, false);
        job.accounts = vec![Account { payout, payee, from: job.hired, to: job.left }];
    }
}
