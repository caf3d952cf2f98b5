//! The fonts that pictures and pages are set in: the same on every machine, so that the same run gives the same bytes.
//!
//! Built in are Noto Sans (labels, tables), Libertinus Serif (running text) and DejaVu Sans Mono; they cover Latin, Greek
//! and Cyrillic. Fonts of the machine are never looked for. A reader of other scripts names font files in the config
//! (`[report] fonts`); what no font has is counted by [`Fonts::missing`] and told on the page.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use ttf_parser::Face;

/// Families in the order in which they are tried, for the formats that take names.
pub const SANS: &str = "Noto Sans";
/// For running text.
pub const SERIF: &str = "Libertinus Serif";
/// For keys and hashes.
pub const MONO: &str = "DejaVu Sans Mono";

/// A set of fonts: the built-in ones and those that were named.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    named: Vec<Arc<Vec<u8>>>,
}

impl Fonts {
    /// The built-in fonts with these files beside them. Errors name the file and what is wrong with it.
    pub fn with(files: &[impl AsRef<Path>]) -> Result<Fonts, String> {
        let mut named = Vec::new();
        for path in files.iter().map(AsRef::as_ref) {
            let bytes = std::fs::read(path).map_err(|error| format!("font {}: {error}", path.display()))?;
            if Face::parse(&bytes, 0).is_err() {
                return Err(format!("font {}: is no TrueType or OpenType font", path.display()));
            }
            named.push(Arc::new(bytes));
        }
        Ok(Fonts { named })
    }

    /// All fonts as bytes, built-in ones first.
    pub fn all(&self) -> impl Iterator<Item = &[u8]> {
        built_in().iter().copied().chain(self.named.iter().map(|bytes| bytes.as_slice()))
    }

    /// Families of the named fonts, for formats that fall back by name.
    pub fn named_families(&self) -> Vec<String> {
        let families = self.named.iter().filter_map(|bytes| {
            let face = Face::parse(bytes, 0).ok()?;
            let name = face
                .names()
                .into_iter()
                .find(|name| name.name_id == ttf_parser::name_id::FAMILY && name.is_unicode())?;
            name.to_string()
        });
        families.collect()
    }

    /// Characters of these texts that no font of the set can draw, each once.
    pub fn missing<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<char> {
        let faces: Vec<Face> = self.all().filter_map(|bytes| Face::parse(bytes, 0).ok()).collect();
        let used: BTreeSet<char> =
            texts.into_iter().flat_map(str::chars).filter(|c| !c.is_ascii() && !c.is_control()).collect();
        used.into_iter().filter(|&c| !faces.iter().any(|face| face.glyph_index(c).is_some())).collect()
    }
}

fn built_in() -> &'static [&'static [u8]] {
    static BUILT_IN: OnceLock<Vec<&'static [u8]>> = OnceLock::new();
    BUILT_IN.get_or_init(|| {
        let mut fonts =
            vec![notosans::REGULAR_TTF, notosans::BOLD_TTF, notosans::ITALIC_TTF, notosans::BOLD_ITALIC_TTF];
        // Fonts for formulas are left out: nobody sets any here.
        let wanted = |bytes: &&'static [u8]| {
            Face::parse(bytes, 0).is_ok_and(|face| {
                face.names().into_iter().any(|name| {
                    name.name_id == ttf_parser::name_id::FAMILY
                        && name.to_string().is_some_and(|name| name.starts_with(SERIF) || name.starts_with(MONO))
                })
            })
        };
        fonts.extend(typst_assets::fonts().filter(wanted));
        fonts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_greek_and_cyrillic_are_there_and_hangul_is_told() {
        let missing = Fonts::default().missing(["Zoë Łukasz Ελένη Дарья – “q”", "김하나"]);
        assert_eq!(
            missing.into_iter().collect::<String>(),
            "김나하".chars().collect::<BTreeSet<_>>().into_iter().collect::<String>()
        );
    }

    #[test]
    fn a_file_that_is_no_font_is_named() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("words.ttf");
        std::fs::write(&path, "words").expect("written");
        let fault = Fonts::with(&[&path]).expect_err("no font");
        assert!(fault.contains("words.ttf") && fault.contains("no TrueType"), "{fault}");
        assert!(Fonts::with(&[dir.path().join("none.ttf")]).expect_err("no file").contains("none.ttf"));
    }
}
