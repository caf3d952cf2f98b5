//! `README.txt`: what the packet is, what to do with it and what to ask first.

use super::Packet;
use crate::report::look::FOOTER;
use crate::report::text::clean;
use std::fmt::Write;

/// What each file is; a drawing is known by its name's beginning.
const FILES: &[(&str, &str)] = &[
    ("MANIFEST.sha256", "hashes of all other files"),
    ("README.txt", "this page"),
    (
        "case-report.pdf",
        "the case on paper: members, exhibits, findings beside their innocent readings, timeline, diagram",
    ),
    ("diagram.dot", "the diagram for Graphviz"),
    ("diagram.pdf", "the diagram for print"),
    ("diagram.png", "the diagram as a picture"),
    ("diagram.svg", "the diagram for a browser"),
    ("evidence/rows.csv", "the cited rows of the input files, value by value, with exhibit numbers"),
    ("evidence/run-manifest.json", "what the run read and did, without its times"),
    ("evidence/sources.csv", "every input file with SHA-256 and size"),
    ("ic3-form.json", "the form for programs"),
    ("ic3-form.txt", "the fields of IC3's form in its order, ready to paste, with character counts"),
    ("indicators.csv", "phones, emails, networks, addresses, accounts, devices, parcels, handles; first and last seen"),
    ("packet.json", "what this packet is, for programs"),
    ("subjects.csv", "the personas; whose identity a name is, is not known"),
    ("timeline.csv", "what happened, in order, in UTC"),
    ("transactions.csv", "payments and accounts, with the cell where the full number stands"),
];

/// The page. `names` are the other files.
pub fn text(packet: &Packet, digest: &str, names: &mut Vec<String>) -> String {
    let file = packet.file;
    names.extend([super::MANIFEST.to_string(), "README.txt".to_string()]);
    names.sort();
    let mut out = String::new();
    let day = if file.run_day.is_empty() { String::new() } else { format!(" of {}", file.run_day) };
    let _ = write!(
        out,
        "PACKET ABOUT {} {}\n\n\
         Run {}{day}, samehand {}, redaction: {}.\n\
         SHA-256 of the run's manifest without its entry clock: {}\n\
         SHA-256 of the graph that is drawn: {digest}\n\n\
         WHAT IT IS\n\n\
         It lists what rows of a business's own records have in common, with the cell for each statement. It is prepared for\n\
         review. It decides nothing about anyone: {FOOTER}.\n\
         The named identity of a persona is often that of a person whose data was used without their knowledge. Treat the\n\
         people who are named here as possible victims.\n\n",
        file.kind.words().to_uppercase(),
        clean(&file.id),
        clean(&file.run_id),
        clean(&file.product_version),
        packet.mode(),
        packet.run.digest,
    );
    out.push_str("FILES\n\n");
    for name in names.iter() {
        let about = FILES.iter().find(|known| known.0 == name).map_or("", |known| known.1);
        let _ = writeln!(out, "{name:<28}{about}");
    }
    out.push_str(
        "\nCHECK IT\n\n\
         sha256sum -c MANIFEST.sha256          in this folder; prints OK for each file\n\
         samehand verify FOLDER-OR-ZIP         also names files that do not belong, and compares with the run\n\n\
         BEFORE YOU FILE, ASK COUNSEL\n\n\
         1. Preserve first. Keep the device, mailboxes, accounts and logs as they are, before anyone is off-boarded or a laptop\n\
         \x20  is wiped or asked back.\n\
         2. Payments may touch sanctions. Ask whether a voluntary self-disclosure (OFAC) is due, before more is paid.\n\
         3. Do not tip anyone off. Who knows of this packet, and what may be said to the people who are named?\n\
         4. Employment and privacy law. A person has to look at each case; nothing may be decided from this packet alone.\n\n\
         KEEP\n\n\
         Originals of everything: the input files that evidence/sources.csv lists (their hashes prove them), receipts, labels and\n\
         envelopes of parcels, phone bills, emails with full headers, interview recordings, the devices. IC3 takes no attachments;\n\
         an agency that opens a case asks for originals directly. Note who handed what to whom and when (UTC).\n\n\
         FILE AND CALL\n\n\
         1. File at https://www.ic3.gov with the fields of ic3-form.txt. Web sites of others that offer to upload files are not IC3.\n\
         2. Note the complaint number. Give it, with this packet, to the private sector coordinator of your FBI field office, by the\n\
         \x20  channel that they name. Outside of office hours: 1-800-CALL-FBI (1-800-225-5324).\n\
         3. Where money left within days: call the bank that sent it at once, and ask for a recall.\n\n\
         WHAT A RUN DOES NOT KEEP\n\n\
         Account, document and government numbers are kept by their last four characters. Where the full number stands is\n\
         told beside each: file, row and column of the input.\n",
    );
    out
}
