//! A small plot of shares over one axis, as a self-contained SVG: a few lines with axes, ticks, marks and a legend.
//!
//! Lines differ in dashes and in the shape of their points, so that they are told apart in black and white as well.
//! Every text is cleaned and escaped; numbers have one decimal; the same plot gives the same bytes. What is not a finite
//! number is not drawn.

use super::svg::escape;
use super::text::pixels;
use std::fmt::Write;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The name in the legend.
    pub name: String,
    /// From left to right: where on the axis, and the share between 0 and 1.
    pub points: Vec<(f64, f64)>,
}

/// A plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    /// Stands above the plot.
    pub title: String,
    /// What the horizontal axis is.
    pub axis: String,
    /// Ticks of the horizontal axis: where, and what stands below.
    pub ticks: Vec<(f64, String)>,
    /// At most four are told apart.
    pub lines: Vec<Line>,
    /// Upright marks: where, and what stands beside them.
    pub marks: Vec<(f64, String)>,
}

const WIDTH: f64 = 740.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 168.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 58.0;
const TEXT: f64 = 12.0;
/// Free room between the labels of two ticks.
const TICK_GAP: f64 = 6.0;
/// Color, dashes and shape of a line's points.
const PENS: [(&str, &str, Shape); 4] = [
    ("#1b4f8a", "", Shape::Circle),
    ("#b3541e", "8 4", Shape::Square),
    ("#222222", "2 3", Shape::Diamond),
    ("#4b7a2b", "10 3 2 3", Shape::Circle),
];

#[derive(Clone, Copy)]
enum Shape {
    Circle,
    Square,
    Diamond,
}

/// From what the data have to pixels.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn new(plot: &Plot) -> Frame {
        let points = || plot.lines.iter().flat_map(|line| line.points.iter()).filter(|point| drawn(point));
        let places = points().map(|point| point.0).chain(plot.ticks.iter().map(|tick| tick.0));
        let (mut least, mut most) = places
            .filter(|place| place.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), place| (least.min(place), most.max(place)));
        if least >= most || least.is_infinite() {
            let middle = if least.is_finite() { least } else { 0.0 };
            (least, most) = (middle - 1.0, middle + 1.0);
        }
        // The axis of shares begins at the tenth below the least, so that lines that stay high can be told apart.
        let low = points().map(|point| point.1.clamp(0.0, 1.0)).fold(1.0, f64::min);
        Frame { x: (least, most), y: (((low * 10.0).floor() / 10.0).min(0.9), 1.0) }
    }

    fn across(&self, place: f64) -> f64 {
        LEFT + (place - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT)
    }

    fn down(&self, share: f64) -> f64 {
        let share = share.clamp(self.y.0, self.y.1);
        TOP + (self.y.1 - share) / (self.y.1 - self.y.0) * (HEIGHT - TOP - BOTTOM)
    }

    fn holds(&self, place: f64) -> bool {
        place >= self.x.0 && place <= self.x.1
    }
}

fn drawn(point: &(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

/// The plot as an SVG document.
pub fn render(plot: &Plot) -> String {
    let frame = Frame::new(plot);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n\
         <title>{}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n",
        escape(&plot.title)
    );
    text(&mut out, (LEFT, 24.0), 15.0, "start", &plot.title);
    grid(&mut out, plot, &frame);
    for (place, words) in plot.marks.iter().filter(|mark| frame.holds(mark.0)) {
        let x = frame.across(*place);
        let (top, bottom) = (TOP - 6.0, HEIGHT - BOTTOM);
        let _ = writeln!(
            out,
            "<path class=\"mark\" d=\"M {x:.1} {top:.1} V {bottom:.1}\" stroke=\"#555555\" stroke-width=\"1\"/>"
        );
        // Beside its line, on the side where there is room.
        let turned = x + pixels(words, TEXT, false) > WIDTH - 8.0;
        text(&mut out, (x, TOP - 10.0), TEXT, if turned { "end" } else { "middle" }, words);
    }
    for (line, pen) in plot.lines.iter().zip(PENS) {
        draw(&mut out, line, pen, &frame);
    }
    for (index, (line, pen)) in plot.lines.iter().zip(PENS).enumerate() {
        let (x, y) = (WIDTH - RIGHT + 14.0, TOP + 12.0 + 22.0 * index as f64);
        stroke(&mut out, &format!("M {x:.1} {y:.1} H {:.1}", x + 28.0), pen);
        point(&mut out, (x + 14.0, y), pen);
        text(&mut out, (x + 34.0, y + 4.0), TEXT, "start", &line.name);
    }
    out.push_str("</svg>\n");
    out
}

fn grid(out: &mut String, plot: &Plot, frame: &Frame) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for step in 0..=5 {
        let share = frame.y.0 + (frame.y.1 - frame.y.0) * f64::from(step) / 5.0;
        let y = frame.down(share);
        let _ = writeln!(out, "<path d=\"M {LEFT:.1} {y:.1} H {right:.1}\" stroke=\"#dddddd\" stroke-width=\"1\"/>");
        text(out, (LEFT - 8.0, y + 4.0), TEXT, "end", &format!("{share:.2}"));
    }
    let mut ticks: Vec<&(f64, String)> = plot.ticks.iter().filter(|tick| frame.holds(tick.0)).collect();
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    // A label that would run into the one before it is left out; its tick stays.
    let mut free_from = f64::NEG_INFINITY;
    for (place, words) in ticks {
        let (x, half) = (frame.across(*place), pixels(words, TEXT, false) / 2.0);
        let _ = writeln!(out, "<path d=\"M {x:.1} {bottom:.1} v 5\" stroke=\"#222222\" stroke-width=\"1\"/>");
        if x - half >= free_from {
            text(out, (x, bottom + 18.0), TEXT, "middle", words);
            free_from = x + half + TICK_GAP;
        }
    }
    let _ = writeln!(
        out,
        "<path d=\"M {LEFT:.1} {TOP:.1} V {bottom:.1} H {right:.1}\" fill=\"none\" stroke=\"#222222\" stroke-width=\"1\"/>"
    );
    text(out, ((LEFT + right) / 2.0, HEIGHT - 16.0), TEXT, "middle", &plot.axis);
}

fn draw(out: &mut String, line: &Line, pen: (&str, &str, Shape), frame: &Frame) {
    let points: Vec<(f64, f64)> =
        line.points.iter().filter(|point| drawn(point)).map(|&(x, y)| (frame.across(x), frame.down(y))).collect();
    let mut way = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let _ = write!(way, "{} {x:.1} {y:.1} ", if index == 0 { "M" } else { "L" });
    }
    if points.len() > 1 {
        stroke(out, way.trim_end(), pen);
    }
    points.into_iter().for_each(|at| point(out, at, pen));
}

fn stroke(out: &mut String, way: &str, (color, dashes, _): (&str, &str, Shape)) {
    let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    let _ = writeln!(
        out,
        "<path class=\"line\" d=\"{way}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.8\"{dashes}/>"
    );
}

fn point(out: &mut String, (x, y): (f64, f64), (color, _, shape): (&str, &str, Shape)) {
    let _ = match shape {
        Shape::Circle => writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{color}\"/>"),
        Shape::Square => {
            writeln!(out, "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"6\" height=\"6\" fill=\"{color}\"/>", x - 3.0, y - 3.0)
        }
        Shape::Diamond => {
            writeln!(out, "<path d=\"M {x:.1} {:.1} l 4 4 l -4 4 l -4 -4 z\" fill=\"{color}\"/>", y - 4.0)
        }
    };
}

fn text(out: &mut String, (x, y): (f64, f64), size: f64, anchor: &str, words: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"#222222\">{}</text>",
        escape(words)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        let line = |name: &str, shares: &[f64]| Line {
            name: name.to_owned(),
            points: shares.iter().enumerate().map(|(at, &share)| (at as f64, share)).collect(),
        };
        Plot {
            title: "people & places <2026>".to_owned(),
            axis: "threshold".to_owned(),
            ticks: (0..3).map(|at| (f64::from(at), format!("0.{at}"))).collect(),
            lines: vec![
                line("precision", &[0.7, 0.9, 1.0]),
                line("recall", &[1.0, 0.8, 0.62]),
                line("F1", &[0.8, 0.85, 0.76]),
            ],
            marks: vec![(1.0, "configured".to_owned())],
        }
    }

    #[test]
    fn lines_differ_without_color_and_texts_are_escaped() {
        let svg = render(&plot());
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("people &amp; places &lt;2026&gt;") && !svg.contains("<2026>"));
        for words in ["precision", "recall", "F1", "configured", "threshold", "0.60", "1.00"] {
            assert!(svg.contains(&format!(">{words}</text>")), "{words}\n{svg}");
        }
        let dashes = |dashes: &str| svg.matches(&format!("stroke-dasharray=\"{dashes}\"")).count();
        // A line and its sample in the legend.
        assert_eq!((dashes("8 4"), dashes("2 3")), (2, 2));
        assert_eq!(svg.matches("class=\"line\"").count(), 6);
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!(svg, render(&plot()));
    }

    #[test]
    fn what_is_higher_is_drawn_higher_and_what_is_later_further_right() {
        let frame = Frame::new(&plot());
        assert!(frame.down(0.9) < frame.down(0.7) && frame.across(2.0) > frame.across(1.0));
        assert!((frame.y.0 - 0.6).abs() < 1e-9, "the tenth below the least share");
    }

    #[test]
    fn nothing_one_point_and_numbers_that_are_none_give_a_sound_picture() {
        let mut odd = plot();
        odd.lines[0].points = vec![(f64::NAN, 0.5), (1.0, f64::INFINITY), (0.0, 7.0)];
        odd.marks.push((f64::NAN, "nowhere".to_owned()));
        let one = Plot { lines: vec![Line { name: "one".into(), points: vec![(3.0, 0.5)] }], ..Plot::default() };
        for svg in [render(&Plot::default()), render(&odd), render(&one)] {
            assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        assert!(!render(&odd).contains("nowhere"));
    }

    #[test]
    fn labels_of_ticks_do_not_run_into_each_other() {
        let mut close = plot();
        close.ticks = (0..200).map(|at| (f64::from(at) / 100.0, format!("tick {at}"))).collect();
        let svg = render(&close);
        let labels = svg.matches(">tick ").count();
        assert!((5..20).contains(&labels), "{labels}");
    }
}
