//! PNG: the picture of [`super::svg`] as pixels, drawn with the fonts that the sheet carries and no other.

use super::svg::Svg;
use super::view::GraphView;
use super::{Drawing, Sheet, look, raster};

/// PNG.
pub struct Png;

/// Pixels for each unit of the picture: 13-unit labels are sharp on paper and on dense screens.
pub const SCALE: f32 = 2.0;

impl Drawing for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn doc(&self) -> &'static str {
        "A picture of pixels, for documents and messages that take nothing else."
    }

    fn is_text(&self) -> bool {
        false
    }

    fn draw(&self, view: &GraphView, sheet: &Sheet) -> Result<Vec<u8>, String> {
        raster::png(&Svg.render(&look::noted(view, &sheet.fonts)), SCALE, &sheet.fonts)
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::standard_view;
    use super::*;

    /// Width and height, from the head of the file.
    fn size(png: &[u8]) -> Option<(u32, u32)> {
        let side = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
        png.starts_with(b"\x89PNG\r\n\x1a\n").then_some((side(16)?, side(20)?))
    }

    #[test]
    fn the_picture_is_twice_as_large_as_its_svg() {
        let view = standard_view();
        let svg = Svg.render(&look::noted(&view, &Sheet::default().fonts));
        let width: f32 =
            svg.split("width=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok()).expect("a width");
        let png = Png.draw(&view, &Sheet::default()).expect("drawn");
        assert_eq!(size(&png).expect("a picture").0, (width * SCALE).ceil() as u32);
        assert!(Png.draw(&GraphView::default(), &Sheet::default()).is_ok());
    }

    #[test]
    fn no_text_of_the_view_stands_beside_the_pixels() {
        let mut view = standard_view();
        view.vertices[0].label = "MARKED".into();
        view.title = "MARKED".into();
        let png = Png.draw(&view, &Sheet::default()).expect("drawn");
        let chunks = |name: &[u8]| png.windows(4).any(|window| window == name);
        assert!(!png.windows(6).any(|window| window == b"MARKED") && !chunks(b"tEXt") && !chunks(b"iTXt"));
    }
}
