//! Text of resumes: lines that only one person has, lines of a former team, and boilerplate that everybody has.
//! Leaves to `near` how a line is changed by one word.

use super::world::{Pool, World};

const COMPANY_FRONT: &[&str] = &[
    "Northfield",
    "Bluecrest",
    "Harborline",
    "Summitview",
    "Ironleaf",
    "Brightwater",
    "Cloudmere",
    "Stonegate",
    "Silverpine",
    "Redwick",
    "Oakline",
    "Clearford",
    "Westmark",
    "Larkspur",
    "Granitepoint",
    "Amberline",
    "Fernhill",
    "Copperfield",
    "Rivermark",
    "Highmoor",
    "Lakecrest",
    "Windmere",
    "Foxglove",
    "Kestrel",
    "Juniper",
    "Meridian",
    "Halcyon",
    "Bayview",
    "Pinecrest",
    "Thornwood",
    "Emberly",
    "Quillford",
    "Marlstone",
    "Deepwell",
    "Skyharbor",
    "Goldleaf",
    "Hearthside",
    "Millstone",
    "Trailhead",
    "Waypoint",
];

const COMPANY_BACK: &[&str] = &[
    "Systems",
    "Software",
    "Labs",
    "Analytics",
    "Health",
    "Logistics",
    "Payments",
    "Networks",
    "Retail",
    "Energy",
    "Media",
    "Insurance",
    "Robotics",
    "Data",
    "Mobility",
    "Interactive",
];

const ROLES: &[&str] = &[
    "Backend engineer",
    "Frontend developer",
    "Full-stack engineer",
    "Data engineer",
    "QA analyst",
    "DevOps engineer",
    "Mobile developer",
    "Site reliability engineer",
    "Product designer",
    "Security engineer",
    "Support engineer",
    "Database administrator",
    "Machine learning engineer",
    "Solutions architect",
    "Technical writer",
    "Integration developer",
    "Platform engineer",
    "Business analyst",
    "Test automation engineer",
    "Cloud engineer",
];

const TECH: &[&str] = &[
    "Rust",
    "Kotlin",
    "Python",
    "Java",
    "Golang",
    "Swift",
    "TypeScript",
    "React",
    "Angular",
    "Postgres",
    "Kafka",
    "Redis",
    "Terraform",
    "Kubernetes",
    "Spark",
    "Airflow",
    "Docker",
    "GraphQL",
    "Django",
    "Rails",
    "Spring",
    "Elixir",
    "Cassandra",
    "Snowflake",
    "Ansible",
    "Jenkins",
    "Node",
    "Flutter",
    "Scala",
    "Elastic",
];

const THINGS: &[&str] = &[
    "checkout",
    "billing",
    "claims",
    "search",
    "login",
    "reporting",
    "inventory",
    "routing",
    "payout",
    "messaging",
    "booking",
    "onboarding",
    "scheduling",
    "pricing",
    "catalog",
    "ledger",
    "telemetry",
    "alerting",
    "archive",
    "export",
    "upload",
    "approval",
    "dispatch",
    "forecast",
    "loyalty",
    "returns",
    "consent",
    "invoice",
    "tracking",
    "survey",
];

const SUMMARIES: &[&str] = &[
    "Motivated team player with strong communication skills",
    "Detail-oriented professional with a passion for technology",
    "Results-driven engineer seeking a remote position",
    "Experienced developer with a proven track record",
    "Self-starter comfortable in agile environments",
    "Quick learner who enjoys solving hard problems",
    "Creative problem solver with a customer focus",
    "Reliable remote worker with excellent time management",
];

const CLOSINGS: &[&str] = &[
    "References available on request",
    "Authorized to work, available immediately",
    "Willing to work flexible hours",
    "Hobbies: hiking, chess, photography",
    "Portfolio on request",
    "Open to full-time and contract roles",
];

/// A company out of several hundred.
pub(super) fn company(world: &mut World) -> String {
    format!("{} {}", world.pick(COMPANY_FRONT), world.pick(COMPANY_BACK))
}

/// The mail domain of a company, below a domain reserved for examples.
pub(super) fn company_domain(company: &str) -> String {
    format!("{}.example.com", company.to_ascii_lowercase().replace(' ', "-"))
}

/// A line about a job; people who held the same post at the same company may share one.
pub(super) fn job_line(world: &mut World, company: &str) -> String {
    let from = world.between(2006, 2019);
    let to = from + world.between(1, 5);
    let month = world.between(1, 12);
    let grade = world.pick(&["", "Senior ", "Lead ", "Junior "]);
    format!("{grade}{}, {company}, {month}/{from} to {}/{to}", world.pick(ROLES), world.between(1, 12))
}

/// A line about an achievement that nobody else has.
pub(super) fn rare_line(world: &mut World) -> String {
    loop {
        let (thing, other) = (world.pick(THINGS), world.pick(THINGS));
        let (tech, second) = (world.pick(TECH), world.pick(TECH));
        let percent = world.between(6, 94);
        let count = world.between(3, 400);
        let company = company(world);
        let line = match world.below(6) {
            0 => format!("Cut {thing} latency {percent}% at {company} by moving {count} jobs to {tech}"),
            1 => format!("Rebuilt the {thing} service in {tech} for {count} thousand {other} users at {company}"),
            2 => format!("Led {count} releases of the {thing} and {other} modules, {tech} and {second}, {company}"),
            3 => {
                format!("Moved {company} {thing} data from {second} to {tech}, {count} tables, {percent}% less storage")
            }
            4 => format!("Wrote {count} {tech} tests that raised {thing} coverage to {percent}% at {company}"),
            _ => format!(
                "Designed {other} and {thing} pipelines in {tech} handling {count} events per second, {company}"
            ),
        };
        if world.claim(Pool::Line, &line) {
            return line;
        }
    }
}

fn skills(world: &mut World) -> String {
    let mut chosen: Vec<&str> = Vec::new();
    for _ in 0..world.between(4, 5) {
        let tech = world.pick(TECH);
        if !chosen.contains(&tech) {
            chosen.push(tech);
        }
    }
    format!("Skills: {}", chosen.join(", "))
}

/// An ordinary resume of three to five lines; boilerplate lines are everybody's.
pub(super) fn resume(world: &mut World, boilerplate: bool) -> Vec<String> {
    let mut lines = Vec::with_capacity(6);
    if boilerplate && world.chance(40) {
        lines.push(world.pick(SUMMARIES).to_string());
    }
    for _ in 0..world.between(1, 2) {
        let company = company(world);
        lines.push(job_line(world, &company));
    }
    if world.chance(55) {
        lines.push(rare_line(world));
    }
    lines.push(skills(world));
    if boilerplate && (lines.len() < 3 || world.chance(25)) {
        lines.push(world.pick(CLOSINGS).to_string());
    }
    while lines.len() < 3 {
        lines.push(rare_line(world));
    }
    lines
}

/// A word to put in place of another one in a line.
pub(super) fn other_word(world: &mut World) -> &'static str {
    if world.chance(50) { world.pick(TECH) } else { world.pick(THINGS) }
}
