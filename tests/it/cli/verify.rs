//! `verify`: a run and a packet hold, a changed byte and an extra file are named, what is hostile cannot be checked.

use crate::support::TestEnv;
use std::fs;

/// A run, and a packet about its first ring as folder and as ZIP.
fn with_packets() -> TestEnv {
    let env = TestEnv::with_run();
    for to in ["packet", "packet.zip"] {
        env.samehand(&["packet", "1", "--to", to, "--quiet"]).exits(0);
    }
    env
}

#[test]
fn what_was_not_touched_holds() {
    let env = with_packets();
    env.samehand(&["verify"]).exits(0).prints("every file is as it was published");
    for packet in ["packet", "packet.zip"] {
        let answer = env.samehand(&["verify", packet]).exits(0);
        let answer =
            answer.prints("is as it was made").prints("is here, and its manifest is the one that the packet states");
        assert_eq!(answer.stderr, "");
        let json = env.samehand(&["verify", packet, "--json"]).exits(0).json();
        assert_eq!((&json["kind"], &json["holds"], &json["run"]), (&"packet".into(), &true.into(), &"agrees".into()));
        // Whoever received it has no run to compare with; that is no fault of the packet.
        env.samehand(&["verify", packet, "-o", "elsewhere"]).exits(0).prints("not in elsewhere, so not compared");
    }
}

#[test]
fn what_differs_is_named() {
    let env = with_packets();
    let text = env.read("packet/README.txt");
    env.write("packet/README.txt", text.replacen('R', "r", 1));
    env.write("packet/notes.txt", "mine");
    fs::remove_file(env.path("packet/timeline.csv")).expect("removed");
    let answer = env.samehand(&["verify", "packet"]).exits(1);
    let answer = answer.prints("3 files differ").prints("README.txt: changed").prints("timeline.csv: missing");
    answer.prints("notes.txt: not in MANIFEST.sha256");
    let json = env.samehand(&["verify", "packet", "--json"]).exits(1).json();
    assert_eq!((&json["holds"], json["differs"].as_array().map(Vec::len)), (&false.into(), Some(3)));
    // The other packet is untouched.
    env.samehand(&["verify", "packet.zip"]).exits(0);

    // A run that was made again from other settings under the same name is not the run that the packet is of.
    let manifest = env.path("output/latest/manifest.json");
    let text = fs::read_to_string(&manifest).expect("read");
    fs::write(&manifest, text.replacen("\"read_as\": \"csv", "\"read_as\": \"tsv", 1)).expect("written");
    assert_ne!(fs::read_to_string(&manifest).expect("read"), text);
    env.samehand(&["verify", "packet.zip"]).exits(1).prints("is not the one that the packet states");
}

#[test]
fn a_later_run_of_the_same_inputs_is_the_same_run() {
    let env = with_packets();
    fs::remove_dir_all(env.path("output/runs")).expect("removed");
    env.run_company(&["--threads", "1"]);
    env.samehand(&["verify", "packet.zip"]).exits(0).prints("is the one that the packet states");
}

#[test]
fn what_is_no_packet_cannot_be_checked() {
    let env = with_packets();
    let zip = fs::read(env.path("packet.zip")).expect("read");
    // An entry that would be written above the folder it is unpacked in: the name is replaced by one of the same length.
    let mut hostile = zip.clone();
    for at in 0..hostile.len() - 12 {
        if hostile[at..].starts_with(b"timeline.csv") {
            hostile[at..at + 12].copy_from_slice(b"../../ev.csv");
        }
    }
    env.write("hostile.zip", &hostile);
    env.samehand(&["verify", "hostile.zip"]).refuses("would lead out of the packet");
    env.write("cut.zip", &zip[..zip.len() / 2]);
    env.samehand(&["verify", "cut.zip"]).refuses("no ZIP that can be read");
    env.write("words.txt", "no packet");
    env.samehand(&["verify", "words.txt"]).refuses("no ZIP that can be read");
    env.samehand(&["verify", "none.zip"]).refuses("there is no file none.zip");
    env.samehand(&["verify", "company"]).refuses("there is no finished run");
    let hashes = env.read("packet/MANIFEST.sha256");
    env.write("packet/MANIFEST.sha256", hashes.replacen("timeline.csv", "../../etc/passwd", 1));
    env.samehand(&["verify", "packet"]).refuses("would lead out of the packet");
}
