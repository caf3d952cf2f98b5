//! PNG from an SVG of ours.

use super::fonts::{Fonts, SANS};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use std::sync::Arc;

/// Neither side of a picture has more pixels than this; a larger one is drawn smaller.
const SIDE_MAX: f32 = 12_000.0;

/// The picture, `scale` pixels for each unit of the SVG, on its own ground. The same SVG gives the same bytes.
pub fn png(svg: &str, scale: f32, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let mut options = Options {
        font_family: SANS.to_string(),
        // Our pictures hold no images; none is looked for, on disk or elsewhere.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let known = Arc::make_mut(&mut options.fontdb);
    for font in fonts.all() {
        known.load_font_data(font.to_vec());
    }
    known.set_sans_serif_family(SANS);
    let tree = Tree::from_str(svg, &options).map_err(|error| format!("drawing: {error}"))?;
    let size = tree.size();
    let scale = scale.min(SIDE_MAX / size.width()).min(SIDE_MAX / size.height());
    let side = |length: f32| ((length * scale).ceil() as u32).max(1);
    let mut picture = Pixmap::new(side(size.width()), side(size.height())).ok_or("drawing: the picture has no size")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| format!("drawing: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_drawn_with_the_built_in_fonts() {
        let svg = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"30\" font-family=\"Helvetica, sans-serif\">\
                 <rect width=\"100\" height=\"30\" fill=\"#ffffff\"/><text x=\"5\" y=\"20\">{text}</text></svg>"
            )
        };
        let fonts = Fonts::default();
        let (empty, words) =
            (png(&svg(""), 2.0, &fonts).expect("png"), png(&svg("Ann Дарья"), 2.0, &fonts).expect("png"));
        assert!(words.len() > empty.len() + 200, "{} {}", words.len(), empty.len());
        assert_eq!(words, png(&svg("Ann Дарья"), 2.0, &fonts).expect("png"));
        assert!(png("<svg", 1.0, &fonts).is_err());
    }
}
