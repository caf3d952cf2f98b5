//! PDF, through typst as a library: a template of ours, data as JSON, pictures as SVG.
//!
//! The template reads its files from memory and nothing else: no disk, no packages, no network, no clock. Data never
//! becomes markup, because it reaches the template as strings. The same job gives the same bytes.

use super::fonts::Fonts;
use rustc_hash::FxHashMap;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// What is to be set.
pub struct Job<'a> {
    /// Source text in typst's language. Never made from data.
    pub template: &'a str,
    /// Files that the template may read, by name: `case.json`, `graph.svg`.
    pub files: Vec<(&'a str, Vec<u8>)>,
    /// Fonts to set it in.
    pub fonts: &'a Fonts,
}

/// Sets a job. An error is a fault of the template and tells where.
pub fn pdf(job: Job) -> Result<Vec<u8>, String> {
    let world = Desk::new(job);
    let document: PagedDocument = typst::compile(&world).output.map_err(|faults| world.told(&faults))?;
    let options = PdfOptions { creator: Smart::Custom(Some("samehand".to_string())), ..PdfOptions::default() };
    typst_pdf::pdf(&document, &options).map_err(|faults| world.told(&faults))
}

/// Everything that typst may see.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    files: FxHashMap<FileId, Bytes>,
}

impl Desk {
    fn new(job: Job) -> Desk {
        let fonts: Vec<Font> = job.fonts.all().flat_map(|bytes| Font::iter(Bytes::new(bytes.to_vec()))).collect();
        let files = job.files.into_iter().filter_map(|(name, bytes)| Some((id(name)?, Bytes::new(bytes)))).collect();
        let main = match id("main.typ") {
            Some(main) => Source::new(main, job.template.to_string()),
            None => Source::detached(job.template),
        };
        Desk {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main,
            files,
        }
    }

    fn told(&self, faults: &[SourceDiagnostic]) -> String {
        let told: Vec<String> = faults.iter().map(|fault| fault.message.to_string()).collect();
        format!("typesetting: {}", told.join("; "))
    }
}

fn id(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(template: &str, data: &str) -> Result<Vec<u8>, String> {
        pdf(Job { template, files: vec![("data.json", data.as_bytes().to_vec())], fonts: &Fonts::default() })
    }

    #[test]
    fn the_same_job_gives_the_same_bytes() {
        let template = "#set document(title: \"t\", date: none)\n#let data = json(\"data.json\")\n#data.name";
        let first = set(template, r##"{"name": "*Ann* #lee $x$ <script> \\"}"##).expect("set");
        assert!(first.starts_with(b"%PDF-"));
        assert_eq!(first, set(template, r##"{"name": "*Ann* #lee $x$ <script> \\"}"##).expect("set"));
    }

    #[test]
    fn the_template_reads_what_it_was_given_and_nothing_else() {
        for path in ["/etc/hostname", "../data.json", "@preview/cetz:0.1.0"] {
            assert!(set(&format!("#read(\"{path}\")"), "{}").is_err(), "{path}");
        }
        assert!(set("#read(\"data.json\")", "{}").is_ok());
    }

    #[test]
    fn a_fault_of_the_template_is_told() {
        assert!(set("#nothing()", "{}").expect_err("unknown").contains("unknown variable"));
    }
}
