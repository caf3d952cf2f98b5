//! The way of the edges between placed boxes, and where their labels stand.
//!
//! Edges run from center to center and are drawn below the boxes. An edge that would pass under a box it has nothing to
//! do with is bent, as gently as will do; labels look for room along their edge. Both are best efforts: in a crowd an
//! edge may still pass under a box, but a label never hides one when it may be left to the tooltip instead. Where the
//! layout gave a label room, the edge runs through its center; the line to a box that hangs off another turns a corner.

use super::layout::{Placed, Point, crosses, elbow};

/// An edge to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Indices of the two boxes; they must exist.
    pub ends: (usize, usize),
    /// Size of the label, if there is one.
    pub label: Option<Point>,
    /// Whether the label is drawn even where it lies on something else.
    pub must: bool,
}

/// The way of one edge: a quadratic curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Start, control point and end.
    pub curve: [Point; 3],
    /// Center of the label, when one is drawn.
    pub label: Option<Point>,
    /// Where a mark stands, off the middle where labels gather, and the direction there in radians.
    pub mark: (Point, f64),
}

/// Bends that are tried, as distances of the curve's middle from the straight line.
const BENDS: [f64; 11] = [0.0, 14.0, -14.0, 28.0, -28.0, 46.0, -46.0, 70.0, -70.0, 100.0, -100.0];
/// Pieces that a curve is looked at in.
const PIECES: usize = 14;

/// The ways of the edges, in their order. Self loops run above their box. O(edges · boxes).
pub fn route(placed: &Placed, sizes: &[Point], wanted: &[Wanted]) -> Vec<Way> {
    let mut curves: Vec<[Point; 3]> = Vec::with_capacity(wanted.len());
    for (index, edge) in wanted.iter().enumerate() {
        let (a, b) = edge.ends;
        let same_ends = |other: &Wanted| other.ends == (a, b) || other.ends == (b, a);
        // Edges between the same two boxes run side by side, through the label of the first.
        let first = wanted.iter().position(same_ends).unwrap_or(index);
        if let Some(&Some(label)) = placed.labels.get(first) {
            let nth = wanted[first..index].iter().filter(|other| same_ends(other)).count();
            let all = wanted.iter().filter(|other| same_ends(other)).count();
            let curve = through(placed.centers[wanted[first].ends.0], label, placed.centers[wanted[first].ends.1]);
            curves.push(beside(curve, (nth as f64 - (all - 1) as f64 / 2.0) * SIDE_BY_SIDE));
            continue;
        }
        let hangs = |owner: usize, hanging: usize| {
            (placed.below.get(hanging) == Some(&Some(owner)))
                .then(|| elbow(placed.centers[owner], sizes[owner], placed.centers[hanging], sizes[hanging]))
        };
        if let Some(curve) = hangs(a, b).or_else(|| hangs(b, a)) {
            curves.push(curve);
            continue;
        }
        let parallel = wanted[..index].iter().filter(|other| same_ends(other)).count();
        curves.push(bent(placed, sizes, a, b, parallel));
    }
    let mut taken: Vec<(Point, Point)> = Vec::new();
    let mut ways: Vec<Way> = curves
        .iter()
        .zip(wanted)
        .map(|(&curve, edge)| {
            let (low, high) = visible(&curve, placed, sizes, edge.ends);
            let mark = low + (high - low) * 0.22;
            Way { curve, label: None, mark: (at(&curve, mark), direction(&curve, mark)) }
        })
        .collect();
    for (way, (label, edge)) in ways.iter_mut().zip(placed.labels.iter().zip(wanted)) {
        if let (Some(center), Some(size)) = (label, edge.label) {
            way.label = Some(*center);
            taken.push((*center, size));
        }
    }
    // Labels that must be drawn choose first.
    for must in [true, false] {
        for (index, edge) in wanted.iter().enumerate().filter(|(_, edge)| edge.must == must) {
            let Some(size) = edge.label.filter(|_| ways[index].label.is_none()) else { continue };
            let (low, high) = visible(&curves[index], placed, sizes, edge.ends);
            let mut best: Option<(f64, Point)> = None;
            for share in [0.5, 0.42, 0.58, 0.34, 0.66, 0.25, 0.75, 0.15, 0.85] {
                let on_curve = at(&curves[index], low + (high - low) * share);
                for lift in [0.0, -9.0, 9.0, -18.0, 18.0] {
                    let center = (on_curve.0, on_curve.1 + lift);
                    let mut cost = (share - 0.5f64).abs() * 12.0 + f64::abs(lift) * 0.25;
                    for (&box_center, &box_size) in placed.centers.iter().zip(sizes) {
                        cost += 60.0 * common(center, size, box_center, box_size);
                    }
                    for &(other, other_size) in &taken {
                        cost += 60.0 * common(center, size, other, other_size);
                    }
                    for (other, curve) in curves.iter().enumerate() {
                        if other != index && passes(curve, center, size) {
                            cost += 3.0;
                        }
                    }
                    if best.is_none_or(|(lowest, _)| cost < lowest) {
                        best = Some((cost, center));
                    }
                }
            }
            if let Some((cost, center)) = best
                && (must || cost < 40.0)
            {
                taken.push((center, size));
                ways[index].label = Some(center);
            }
        }
    }
    ways
}

/// Room between lines that run side by side.
const SIDE_BY_SIDE: f64 = 7.0;

/// The curve from one point to another through a third, as far as that makes no loop.
fn through(from: Point, label: Point, to: Point) -> [Point; 3] {
    [from, (2.0 * label.0 - (from.0 + to.0) / 2.0, 2.0 * label.1 - (from.1 + to.1) / 2.0), to]
}

/// The curve moved aside by that much.
fn beside(curve: [Point; 3], by: f64) -> [Point; 3] {
    let [a, _, b] = curve;
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy).max(1e-6);
    curve.map(|(x, y)| (x - dy / length * by, y + dx / length * by))
}

/// 0 when two boxes lie apart, 1 and more the further they lie into each other.
fn common(a: Point, a_size: Point, b: Point, b_size: Point) -> f64 {
    let x = (a_size.0 + b_size.0) / 2.0 + 2.0 - (a.0 - b.0).abs();
    let y = (a_size.1 + b_size.1) / 2.0 + 1.0 - (a.1 - b.1).abs();
    if x > 0.0 && y > 0.0 { 1.0 + x.min(y) / 20.0 } else { 0.0 }
}

/// The point of the curve at `t` in 0 to 1.
pub fn at(curve: &[Point; 3], t: f64) -> Point {
    let [a, c, b] = *curve;
    let (p, q, r) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
    (p * a.0 + q * c.0 + r * b.0, p * a.1 + q * c.1 + r * b.1)
}

fn direction(curve: &[Point; 3], t: f64) -> f64 {
    let (before, after) = (at(curve, (t - 0.02).max(0.0)), at(curve, (t + 0.02).min(1.0)));
    (after.1 - before.1).atan2(after.0 - before.0)
}

/// The part of the curve, as two values of t, that lies outside the boxes at its ends.
fn visible(curve: &[Point; 3], placed: &Placed, sizes: &[Point], ends: (usize, usize)) -> (f64, f64) {
    let inside = |t: f64, vertex: usize| {
        let (point, center, size) = (at(curve, t), placed.centers[vertex], sizes[vertex]);
        (point.0 - center.0).abs() <= size.0 / 2.0 && (point.1 - center.1).abs() <= size.1 / 2.0
    };
    let steps = 40;
    let t = |step: usize| step as f64 / steps as f64;
    let low = (0..=steps).map(t).find(|&t| !inside(t, ends.0)).unwrap_or(0.0);
    let high = (0..=steps).rev().map(t).find(|&t| !inside(t, ends.1)).unwrap_or(1.0);
    if low < high { (low, high) } else { (0.0, 1.0) }
}

fn passes(curve: &[Point; 3], center: Point, size: Point) -> bool {
    // The hull of a quadratic curve is the triangle of its points; most labels lie outside of its bounding box.
    let (xs, ys) = (curve.map(|p| p.0), curve.map(|p| p.1));
    let low = |v: [f64; 3]| v[0].min(v[1]).min(v[2]);
    let high = |v: [f64; 3]| v[0].max(v[1]).max(v[2]);
    if low(xs) > center.0 + size.0 / 2.0
        || high(xs) < center.0 - size.0 / 2.0
        || low(ys) > center.1 + size.1 / 2.0
        || high(ys) < center.1 - size.1 / 2.0
    {
        return false;
    }
    (0..PIECES).any(|piece| {
        let t = |piece: usize| piece as f64 / PIECES as f64;
        crosses(at(curve, t(piece)), at(curve, t(piece + 1)), center, size, 0.0)
    })
}

/// The gentlest bend that passes under the fewest foreign boxes; the n-th of parallel edges starts from its own bend.
fn bent(placed: &Placed, sizes: &[Point], a: usize, b: usize, parallel: usize) -> [Point; 3] {
    let (from, to) = (placed.centers[a], placed.centers[b]);
    if a == b {
        let (w, h) = sizes[a];
        return [
            (from.0 - w / 4.0, from.1 - h / 4.0),
            (from.0, from.1 - h * 1.6 - 30.0),
            (from.0 + w / 4.0, from.1 - h / 4.0),
        ];
    }
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1e-6);
    let normal = (-dy / length, dx / length);
    // Parallel edges get 0, +26, -26, +52 … and a direction that does not depend on which end comes first.
    let own = 26.0 * parallel.div_ceil(2) as f64 * if parallel % 2 == 1 { 1.0 } else { -1.0 };
    let own = if a < b { own } else { -own };
    let mut best: Option<(f64, [Point; 3])> = None;
    for bend in BENDS {
        if bend != 0.0 && f64::abs(bend) > length * 0.4 {
            continue;
        }
        let bend = bend + own;
        let control = ((from.0 + to.0) / 2.0 + normal.0 * bend * 2.0, (from.1 + to.1) / 2.0 + normal.1 * bend * 2.0);
        let curve = [from, control, to];
        let hits = placed
            .centers
            .iter()
            .zip(sizes)
            .enumerate()
            .filter(|&(vertex, (&center, &size))| {
                vertex != a && vertex != b && passes(&curve, center, (size.0 + 6.0, size.1 + 6.0))
            })
            .count();
        let cost = hits as f64 * 80.0 + (bend - own).abs() * 0.5;
        if best.is_none_or(|(lowest, _)| cost < lowest) {
            best = Some((cost, curve));
        }
        if hits == 0 && bend == own {
            break;
        }
    }
    best.map_or([from, from, to], |(_, curve)| curve)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(centers: &[Point]) -> Placed {
        Placed { centers: centers.to_vec(), ..Placed::default() }
    }

    fn edge(a: usize, b: usize) -> Wanted {
        Wanted { ends: (a, b), label: Some((40.0, 12.0)), must: false }
    }

    #[test]
    fn an_edge_goes_round_a_box_in_its_way_and_straight_otherwise() {
        let sizes = [(60.0, 30.0); 3];
        let blocked = route(&placed(&[(0.0, 0.0), (150.0, 0.0), (300.0, 0.0)]), &sizes, &[edge(0, 2)]);
        assert!(!passes(&blocked[0].curve, (150.0, 0.0), sizes[1]), "{:?}", blocked[0].curve);
        let free = route(&placed(&[(0.0, 0.0), (150.0, 80.0), (300.0, 0.0)]), &sizes, &[edge(0, 2)]);
        assert_eq!(free[0].curve[1], (150.0, 0.0));
    }

    #[test]
    fn labels_keep_off_boxes_and_each_other_unless_they_must() {
        let sizes = [(60.0, 30.0); 2];
        let both = placed(&[(0.0, 0.0), (240.0, 0.0)]);
        let ways = route(&both, &sizes, &[edge(0, 1), edge(1, 0)]);
        let (a, b) = (ways[0].label.unwrap_or_default(), ways[1].label.unwrap_or_default());
        assert_ne!(ways[0].curve[1], ways[1].curve[1], "parallel edges part");
        assert_eq!(common(a, (40.0, 12.0), b, (40.0, 12.0)), 0.0);

        let close = placed(&[(0.0, 0.0), (70.0, 0.0)]);
        assert_eq!(route(&close, &sizes, &[edge(0, 1)])[0].label, None, "no room");
        assert!(route(&close, &sizes, &[Wanted { must: true, ..edge(0, 1) }])[0].label.is_some());
    }

    #[test]
    fn boxes_on_one_spot_and_self_loops_have_finite_ways() {
        let sizes = [(60.0, 30.0); 2];
        for way in route(&placed(&[(5.0, 5.0), (5.0, 5.0)]), &sizes, &[edge(0, 1), edge(0, 0), edge(1, 1)]) {
            assert!(way.curve.iter().all(|p| p.0.is_finite() && p.1.is_finite()));
            assert!(way.mark.1.is_finite());
        }
    }
}
