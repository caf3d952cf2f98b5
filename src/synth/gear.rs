//! What inventories list: programs and things plugged in, under the names that such inventories give them, in changing
//! case and with version numbers. Product names are real, since lists of them are what a detector has.

use super::world::World;

/// Tools by which somebody elsewhere works on a computer; each with spellings that inventories use.
const REMOTE: &[&[&str]] = &[
    &["AnyDesk", "anydesk", "AnyDesk.exe", "AnyDesk ad_70a1"],
    &["TeamViewer", "TeamViewer Host", "teamviewer", "TeamViewer 15"],
    &["Chrome Remote Desktop Host", "Chrome Remote Desktop", "chrome remote desktop host"],
    &["RustDesk", "rustdesk"],
    &["Splashtop Streamer", "SplashtopStreamer"],
    &["ScreenConnect Client (5f2c9d)", "ConnectWise Control Client"],
    &["UltraViewer", "UltraViewer version 6"],
    &["Parsec", "parsec"],
    &["RemotePC", "RemotePC Host"],
    &["DWAgent", "DWService Agent"],
];

/// Tools that the company approved: they stand on its list.
pub(super) const APPROVED: &[&str] = &["Example Remote Support", "Example Screen Share"];

/// What many have.
const ORDINARY: &[&str] = &[
    "Google Chrome",
    "Zoom Workplace",
    "Slack",
    "Visual Studio Code",
    "Microsoft Teams",
    "Docker Desktop",
    "1Password",
    "Mozilla Firefox",
    "Microsoft 365 Apps",
    "IntelliJ IDEA",
    "Postman",
    "Git",
    "Spotify",
    "Notion",
];

/// What keeps a screen awake.
pub(super) const AWAKE: &[&str] = &["Caffeine", "Mouse Jiggler", "Amphetamine"];

/// What puts another picture or voice into a call.
pub(super) const CALLS: &[&str] = &["OBS Studio", "ManyCam", "Voicemod"];

/// Keyboard, video and mouse over the network, as the computer names what is plugged in.
pub(super) const KVM: &[&str] = &[
    "TinyPilot Composite KVM Device",
    "PiKVM Composite KVM Device",
    "PiKVM V4 Mini",
    "JetKVM USB Emulation Device",
    "GL.iNet GL-RM1 Comet KVM",
    "tinypilot multifunction gadget",
];

const PLUGGED_IN: &[&str] = &[
    "Logitech USB Receiver",
    "Dell WD19 Dock",
    "Jabra Link 380",
    "HP 24f Display",
    "Apple Studio Display",
    "Plantronics Blackwire 5220",
    "Logitech C920 HD Pro Webcam",
    "CalDigit TS4",
    "Microsoft Ergonomic Keyboard",
    "SanDisk Ultra USB 3.0",
];

/// A program as one inventory lists it.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) name: String,
    pub(super) version: String,
}

fn version(world: &mut World) -> String {
    match world.below(3) {
        0 => format!("{}.{}", 1 + world.below(19), world.below(40)),
        1 => format!("{}.{}.{}", 1 + world.below(150), world.below(12), world.below(9_000)),
        _ => format!("{}.{}.{}.{}", 1 + world.below(30), world.below(9), world.below(99), world.below(9)),
    }
}

/// That program, in the case that an inventory may give it.
pub(super) fn program(world: &mut World, name: &str) -> Program {
    let name = match world.below(12) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        _ => name.to_string(),
    };
    Program { name, version: if world.chance(8) { String::new() } else { version(world) } }
}

/// So many different tools for remote control.
pub(super) fn remote_tools(world: &mut World, count: usize) -> Vec<Program> {
    // The first ones of the list are the ones most met.
    let mut order: Vec<usize> = Vec::new();
    while order.len() < count.min(REMOTE.len()) {
        let at = world.weighted(&[30, 16, 16, 10, 7, 6, 5, 4, 3, 3]);
        if !order.contains(&at) {
            order.push(at);
        }
    }
    order
        .into_iter()
        .map(|at| {
            let name = world.pick(REMOTE[at]);
            program(world, name)
        })
        .collect()
}

/// The tool that the first published cases name.
pub(super) fn any_desk(world: &mut World) -> Program {
    let name = world.pick(REMOTE[0]);
    program(world, name)
}

/// Something that many have on their computers.
pub(super) fn ordinary_program(world: &mut World) -> Program {
    let name = world.pick(ORDINARY);
    program(world, name)
}

/// Something that many plug in.
pub(super) fn ordinary_thing(world: &mut World) -> &'static str {
    world.pick(PLUGGED_IN)
}
