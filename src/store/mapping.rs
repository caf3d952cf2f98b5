//! The mapping files: what stands behind the pseudonyms of documents that were redacted for others. One file for each case,
//! in the output folder, beside the runs and never inside one, readable by its owner only.

use super::{Result, io_error, text_file};
use crate::model::csv_text;
use std::path::{Path, PathBuf};

/// Folder of the mapping files in the output folder.
pub const FOLDER: &str = "mappings";

/// Writes the mapping of a case as CSV with the columns `shown` and `original`, over what was there: the same case of the same
/// run has the same pseudonyms in every document.
pub fn write<'a>(
    output_root: &Path,
    run_id: &str,
    case_id: &str,
    rows: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<PathBuf> {
    let folder = output_root.join(FOLDER).join(file_name(run_id));
    std::fs::create_dir_all(&folder).map_err(io_error("make", &folder))?;
    let path = folder.join(format!("{}.csv", file_name(case_id)));
    let rows = rows.into_iter().map(|(shown, original)| vec![shown.to_string(), original.to_string()]);
    text_file::write_private(&path, csv_text::table(&["shown", "original"], rows))?;
    Ok(path)
}

/// Whatever the text, a name that stays in its folder.
fn file_name(text: &str) -> String {
    let name: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if name.is_empty() { "_".to_string() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_private_and_its_cells_are_cells() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let rows = [("P01", "Dana \"D\" Whitfield"), ("phone 1", "+12025550147")];
        let path = write(root.path(), "3f9a", "../R-1", rows).expect("written");
        assert_eq!(path, root.path().join("mappings/3f9a/___R-1.csv"));
        let text = std::fs::read_to_string(&path).expect("read");
        assert_eq!(text, "shown,original\r\nP01,\"Dana \"\"D\"\" Whitfield\"\r\nphone 1,'+12025550147\r\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }
}
