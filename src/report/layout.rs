//! Where the boxes of a drawing stand: stress majorization per connected part, then overlap removal.
//!
//! Knows boxes and edges as numbers only; what they look like is left to [`super::svg`], the way of the edges to
//! [`super::route`]. Invariants: no two boxes overlap, every coordinate is finite for any graph, and the same input
//! gives the same output to the last bit.
//!
//! Method: Gansner, Koren and North, "Graph drawing by stress majorization" (2004), in its node-by-node form, on graph
//! distances whose edges are as long as their boxes need; the start is the best of three fixed ones.

use petgraph::algo::dijkstra;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use std::collections::BTreeMap;

/// A point in pixels, y downward.
pub type Point = (f64, f64);

/// A laid-out drawing: all boxes lie inside `0..width` by `0..height`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    /// Centers of the boxes, in the order they were given.
    pub centers: Vec<Point>,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
}

/// Boxes are wider than high and pages too: stress works in a square space that is stretched by this afterwards.
const STRETCH: f64 = 1.45;
/// Room kept free beside and above each box.
const PAD: Point = (22.0, 20.0);
/// Room between two connected parts.
const PART_GAP: f64 = 44.0;
/// Rounds of the node-by-node majorization; each costs n² steps.
const ROUNDS: usize = 160;
/// Beyond this many boxes in one part only one start is tried, in fewer rounds, as time grows with the square.
const LARGE: usize = 120;

/// An edge, and how much room its label asks for along it, in pixels.
pub type Link = (usize, usize, f64);

/// Places boxes of the given sizes (width, height) so that linked ones stand near each other; boxes of one group are
/// drawn together. Edges to boxes that do not exist and self loops are passed over. O(n² · rounds + n · E log n).
pub fn layout(sizes: &[Point], edges: &[Link], groups: &[Option<usize>]) -> Placed {
    let count = sizes.len();
    let sizes: Vec<Point> = sizes.iter().map(|&(w, h)| (sane(w), sane(h))).collect();
    let mut parts = UnionFind::<usize>::new(count);
    let mut unique: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for &(a, b, room) in edges {
        if a < count && b < count && a != b {
            parts.union(a, b);
            let widest = unique.entry((a.min(b), a.max(b))).or_insert(0.0);
            *widest = widest.max(if room.is_finite() { room.clamp(0.0, 400.0) } else { 0.0 });
        }
    }
    // Boxes of one group stand together even where no edge joins them.
    let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (vertex, group) in groups.iter().enumerate().take(count) {
        let Some(group) = group else { continue };
        let first = *first_of.entry(*group).or_insert(vertex);
        if parts.union(first, vertex) {
            unique.insert((first, vertex), 0.0);
        }
    }
    let edges: Vec<Link> = unique.into_iter().map(|((a, b), room)| (a, b, room)).collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for vertex in 0..count {
        let key = *first.entry(parts.find(vertex)).or_insert(vertex);
        members.entry(key).or_default().push(vertex);
    }
    let laid: Vec<Part> = members
        .into_values()
        .map(|members| {
            let local: BTreeMap<usize, usize> = members.iter().enumerate().map(|(at, &vertex)| (vertex, at)).collect();
            let part_edges: Vec<Link> =
                edges.iter().filter_map(|(a, b, room)| Some((*local.get(a)?, *local.get(b)?, *room))).collect();
            let part_sizes: Vec<Point> = members.iter().map(|&vertex| sizes[vertex]).collect();
            let part_groups: Vec<Option<usize>> =
                members.iter().map(|&vertex| groups.get(vertex).copied().flatten()).collect();
            Part::lay_out(members, part_sizes, &part_edges, &part_groups)
        })
        .collect();
    side_by_side(laid, count)
}

fn sane(length: f64) -> f64 {
    if length.is_finite() { length.clamp(1.0, 5000.0) } else { 1.0 }
}

struct Part {
    members: Vec<usize>,
    centers: Vec<Point>,
    width: f64,
    height: f64,
}

impl Part {
    fn lay_out(members: Vec<usize>, sizes: Vec<Point>, edges: &[Link], groups: &[Option<usize>]) -> Self {
        let mut centers = match members.len() {
            1 => vec![(0.0, 0.0)],
            _ => stress_layout(&sizes, edges, groups),
        };
        part_overlaps(&mut centers, &sizes);
        clear_edges(&mut centers, &sizes, edges);
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (&(x, y), &(w, h)) in centers.iter().zip(&sizes) {
            low = (low.0.min(x - w / 2.0), low.1.min(y - h / 2.0));
            high = (high.0.max(x + w / 2.0), high.1.max(y + h / 2.0));
        }
        for center in &mut centers {
            *center = (center.0 - low.0, center.1 - low.1);
        }
        Part { members, centers, width: high.0 - low.0, height: high.1 - low.1 }
    }
}

/// Parts on shelves, lone boxes first, then the highest, on a page somewhat wider than high.
fn side_by_side(mut parts: Vec<Part>, count: usize) -> Placed {
    let area: f64 = parts.iter().map(|part| (part.width + PART_GAP) * (part.height + PART_GAP)).sum();
    let widest = parts.iter().fold(0.0f64, |widest, part| widest.max(part.width));
    let shelf = widest.max((area * 1.6).sqrt());
    let lone = |part: &Part| part.members.len() == 1;
    parts.sort_by(|a, b| {
        lone(b).cmp(&lone(a)).then(b.height.total_cmp(&a.height)).then_with(|| a.members.cmp(&b.members))
    });
    let mut placed = Placed { centers: vec![(0.0, 0.0); count], width: 0.0, height: 0.0 };
    let (mut left, mut top, mut row_height) = (0.0f64, 0.0f64, 0.0f64);
    let mut after_lone = false;
    for part in parts {
        if left > 0.0 && (left + part.width > shelf + 0.5 || (after_lone && !lone(&part))) {
            (left, top, row_height) = (0.0, top + row_height + PART_GAP, 0.0);
        }
        for (&member, &(x, y)) in part.members.iter().zip(&part.centers) {
            placed.centers[member] = (x + left, y + top);
        }
        placed.width = placed.width.max(left + part.width);
        placed.height = placed.height.max(top + part.height);
        row_height = row_height.max(part.height);
        after_lone = lone(&part);
        left += part.width + PART_GAP;
    }
    placed
}

/// Centers of one connected part of at least two boxes.
fn stress_layout(sizes: &[Point], edges: &[Link], groups: &[Option<usize>]) -> Vec<Point> {
    let count = sizes.len();
    let distances = ideal_distances(sizes, edges, groups);
    let mut degree = vec![0usize; count];
    let mut neighbors: Vec<Vec<usize>> = vec![Vec::new(); count];
    for &(a, b, _) in edges {
        degree[a] += 1;
        degree[b] += 1;
        neighbors[a].push(b);
        neighbors[b].push(a);
    }
    let hub = (0..count).max_by_key(|&vertex| (degree[vertex], std::cmp::Reverse(vertex))).unwrap_or(0);
    let reach = distances.iter().fold(0.0f64, |far, &d| far.max(d));

    // Three starts: a spiral by index, a spiral by distance from the vertex with most edges, and a plane spanned by the
    // distances from two vertices that are far apart.
    let by_index: Vec<usize> = (0..count).collect();
    let mut by_distance = by_index.clone();
    by_distance.sort_by(|&a, &b| distances[hub * count + a].total_cmp(&distances[hub * count + b]).then(a.cmp(&b)));
    let farthest = |from: usize| {
        (0..count).max_by(|&a, &b| distances[from * count + a].total_cmp(&distances[from * count + b]).then(b.cmp(&a)))
    };
    let left = farthest(hub).unwrap_or(0);
    let right = farthest(left).unwrap_or(0);
    let plane: Vec<Point> = (0..count)
        .map(|vertex| {
            let (l, r) = (distances[left * count + vertex], distances[right * count + vertex]);
            let angle = golden(vertex);
            (l - r + 9.0 * angle.cos(), (l + r - reach) * if vertex % 2 == 0 { 1.0 } else { -1.0 } + 9.0 * angle.sin())
        })
        .collect();
    let mut starts = vec![plane];
    if count <= LARGE {
        starts.push(spiral(&by_distance, reach));
        starts.push(spiral(&by_index, reach));
    }
    let rounds = if count <= LARGE { ROUNDS } else { (ROUNDS * LARGE / count).max(12) };
    let mut best: Option<(f64, Vec<Point>)> = None;
    for mut centers in starts {
        majorize(&mut centers, &distances, rounds);
        let stress = stress(&centers, &distances);
        if best.as_ref().is_none_or(|(lowest, _)| stress < *lowest) {
            best = Some((stress, centers));
        }
    }
    let mut centers = best.map_or_else(Vec::new, |(_, centers)| centers);
    turn_flat(&mut centers);
    for center in &mut centers {
        center.0 *= STRETCH;
    }
    centers
}

fn golden(index: usize) -> f64 {
    index as f64 * 2.399_963_229_728_653
}

fn spiral(order: &[usize], reach: f64) -> Vec<Point> {
    let mut centers = vec![(0.0, 0.0); order.len()];
    for (at, &vertex) in order.iter().enumerate() {
        let radius = reach / 2.0 * ((at as f64 + 0.5) / order.len() as f64).sqrt();
        centers[vertex] = (radius * golden(at).cos(), radius * golden(at).sin());
    }
    centers
}

/// Wished distances of all pairs, row by row: shortest paths over edges that are as long as their boxes and the number
/// of other edges at their ends ask for.
fn ideal_distances(sizes: &[Point], edges: &[Link], groups: &[Option<usize>]) -> Vec<f64> {
    let count = sizes.len();
    let mut graph: UnGraph<(), f64> = UnGraph::with_capacity(count, edges.len());
    let mut degree = vec![0usize; count];
    for &(a, b, _) in edges {
        degree[a] += 1;
        degree[b] += 1;
    }
    for _ in 0..count {
        graph.add_node(());
    }
    // A small picture has room to breathe.
    let air = if count <= 14 { 1.3 } else { 1.0 };
    for &(a, b, room) in edges {
        let radius = |vertex: usize| (sizes[vertex].0 / STRETCH + sizes[vertex].1) / 4.0;
        let crowd = 7.0 * ((degree[a].max(degree[b])) as f64).sqrt();
        graph.add_edge(
            NodeIndex::new(a),
            NodeIndex::new(b),
            air * ((room / STRETCH + 20.0).max(38.0) + crowd) + radius(a) + radius(b),
        );
    }
    let mut distances = vec![0.0; count * count];
    for from in 0..count {
        let reached = dijkstra(&graph, NodeIndex::new(from), None, |edge| *edge.weight());
        for (to, distance) in reached {
            let to = to.index();
            let together = match (groups[from], groups[to]) {
                (Some(a), Some(b)) if a == b => 0.85,
                (Some(_), Some(_)) => 1.12,
                _ => 1.0,
            };
            distances[from * count + to] = distance * together;
        }
    }
    // Rounding may differ with the direction of a path; majorization wants symmetry.
    for a in 0..count {
        for b in 0..a {
            distances[a * count + b] = distances[b * count + a];
        }
    }
    distances
}

fn majorize(centers: &mut [Point], distances: &[f64], rounds: usize) {
    let count = centers.len();
    for _ in 0..rounds {
        let mut moved = 0.0f64;
        for i in 0..count {
            let (x, y) = centers[i];
            let (mut sum_x, mut sum_y, mut weights) = (0.0, 0.0, 0.0);
            let row = &distances[i * count..(i + 1) * count];
            for (j, (&(other_x, other_y), &wished)) in centers.iter().zip(row).enumerate() {
                if wished <= 0.0 {
                    continue;
                }
                let weight = 1.0 / (wished * wished);
                let (dx, dy) = (x - other_x, y - other_y);
                let length = (dx * dx + dy * dy).sqrt();
                let (dx, dy) = if length > 1e-9 {
                    (dx / length, dy / length)
                } else {
                    let angle = golden(i * 7 + j);
                    (angle.cos(), angle.sin())
                };
                sum_x += weight * (other_x + wished * dx);
                sum_y += weight * (other_y + wished * dy);
                weights += weight;
            }
            if weights > 0.0 {
                let next = (sum_x / weights, sum_y / weights);
                moved = moved.max((next.0 - x).abs() + (next.1 - y).abs());
                centers[i] = next;
            }
        }
        if moved < 0.4 {
            break;
        }
    }
}

fn stress(centers: &[Point], distances: &[f64]) -> f64 {
    let count = centers.len();
    let mut sum = 0.0;
    for i in 0..count {
        for j in 0..i {
            let wished = distances[i * count + j];
            if wished > 0.0 {
                let (dx, dy) = (centers[i].0 - centers[j].0, centers[i].1 - centers[j].1);
                let off = (dx * dx + dy * dy).sqrt() - wished;
                sum += off * off / (wished * wished);
            }
        }
    }
    sum
}

/// Turns the picture so that it spreads most along x.
fn turn_flat(centers: &mut [Point]) {
    let count = centers.len().max(1) as f64;
    let mean = centers.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.0 / count, sum.1 + c.1 / count));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for center in centers.iter_mut() {
        *center = (center.0 - mean.0, center.1 - mean.1);
        xx += center.0 * center.0;
        xy += center.0 * center.1;
        yy += center.1 * center.1;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    let (sin, cos) = angle.sin_cos();
    for center in centers.iter_mut() {
        *center = (center.0 * cos + center.1 * sin, center.1 * cos - center.0 * sin);
    }
}

/// How far two boxes lie into each other, padding included; negative when they do not.
fn overlap(a: Point, a_size: Point, b: Point, b_size: Point) -> Point {
    ((a_size.0 + b_size.0) / 2.0 + PAD.0 - (a.0 - b.0).abs(), (a_size.1 + b_size.1) / 2.0 + PAD.1 - (a.1 - b.1).abs())
}

/// Pushes boxes apart until none overlaps: each pair along the side where it takes less; when pushing alone does not
/// settle, the picture grows a little and is pushed again. Ends for certain: boxes on a grid are the last resort.
fn part_overlaps(centers: &mut [Point], sizes: &[Point]) {
    let count = centers.len();
    if centers.iter().any(|c| !c.0.is_finite() || !c.1.is_finite()) {
        return grid(centers, sizes);
    }
    for _ in 0..60 {
        for _ in 0..40 {
            let mut clear = true;
            for i in 0..count {
                for j in 0..i {
                    let (over_x, over_y) = overlap(centers[i], sizes[i], centers[j], sizes[j]);
                    if over_x <= 1e-6 || over_y <= 1e-6 {
                        continue;
                    }
                    clear = false;
                    if over_x < over_y {
                        let push = (over_x / 2.0 + 0.01) * if centers[i].0 < centers[j].0 { -1.0 } else { 1.0 };
                        centers[i].0 += push;
                        centers[j].0 -= push;
                    } else {
                        let push = (over_y / 2.0 + 0.01) * if centers[i].1 < centers[j].1 { -1.0 } else { 1.0 };
                        centers[i].1 += push;
                        centers[j].1 -= push;
                    }
                }
            }
            if clear {
                return;
            }
        }
        for center in centers.iter_mut() {
            *center = (center.0 * 1.06, center.1 * 1.06);
        }
    }
    grid(centers, sizes);
}

fn grid(centers: &mut [Point], sizes: &[Point]) {
    let columns = (centers.len() as f64).sqrt().ceil().max(1.0) as usize;
    let width = sizes.iter().fold(0.0f64, |widest, size| widest.max(size.0)) + PAD.0;
    let height = sizes.iter().fold(0.0f64, |highest, size| highest.max(size.1)) + PAD.1;
    for (at, center) in centers.iter_mut().enumerate() {
        *center = ((at % columns) as f64 * width, (at / columns) as f64 * height);
    }
}

/// Whether the straight line from `a` to `b` passes through the box, widened by `margin`.
pub(super) fn crosses(a: Point, b: Point, center: Point, size: Point, margin: f64) -> bool {
    let (half_w, half_h) = (size.0 / 2.0 + margin, size.1 / 2.0 + margin);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (start, step, low, high) in
        [(a.0, b.0 - a.0, center.0 - half_w, center.0 + half_w), (a.1, b.1 - a.1, center.1 - half_h, center.1 + half_h)]
    {
        if step.abs() < 1e-9 {
            if start < low || start > high {
                return false;
            }
            continue;
        }
        let (t0, t1) = ((low - start) / step, (high - start) / step);
        enter = enter.max(t0.min(t1));
        leave = leave.min(t0.max(t1));
    }
    enter < leave
}

/// Moves boxes that stand on an edge they have nothing to do with out of its way, as long as that helps.
fn clear_edges(centers: &mut [Point], sizes: &[Point], edges: &[Link]) {
    let count = centers.len();
    // The rest of the crossings is left to the bend of the edges; a very large picture is not worth the time.
    if count < 3 || count * edges.len() > 60_000 {
        return;
    }
    let mut best: (usize, Vec<Point>) = (usize::MAX, centers.to_vec());
    for _ in 0..40 {
        let mut hits = 0;
        let mut push = vec![(0.0f64, 0.0f64); count];
        for &(a, b, _) in edges {
            let (from, to) = (centers[a], centers[b]);
            for vertex in (0..count).filter(|&vertex| vertex != a && vertex != b) {
                if !crosses(from, to, centers[vertex], sizes[vertex], 5.0) {
                    continue;
                }
                hits += 1;
                let (dx, dy) = (to.0 - from.0, to.1 - from.1);
                let length = (dx * dx + dy * dy).sqrt().max(1e-6);
                let normal = (-dy / length, dx / length);
                let (px, py) = (centers[vertex].0 - from.0, centers[vertex].1 - from.1);
                let off = px * normal.0 + py * normal.1;
                let needed = normal.0.abs() * sizes[vertex].0 / 2.0 + normal.1.abs() * sizes[vertex].1 / 2.0 + 8.0;
                let side = if off < 0.0 || (off == 0.0 && vertex % 2 == 0) { -1.0 } else { 1.0 };
                let step = (needed - off.abs()).max(0.0) * 0.4 * side;
                push[vertex] = (push[vertex].0 + normal.0 * step, push[vertex].1 + normal.1 * step);
                for end in [a, b] {
                    push[end] = (push[end].0 - normal.0 * step * 0.15, push[end].1 - normal.1 * step * 0.15);
                }
            }
        }
        if hits < best.0 {
            best = (hits, centers.to_vec());
        }
        if hits == 0 {
            break;
        }
        for (center, push) in centers.iter_mut().zip(push) {
            *center = (center.0 + push.0.clamp(-40.0, 40.0), center.1 + push.1.clamp(-30.0, 30.0));
        }
        part_overlaps(centers, sizes);
    }
    centers.copy_from_slice(&best.1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_sound(sizes: &[Point], placed: &Placed) {
        for (i, &(x, y)) in placed.centers.iter().enumerate() {
            let (w, h) = (sane(sizes[i].0), sane(sizes[i].1));
            assert!(x.is_finite() && y.is_finite());
            assert!(x - w / 2.0 > -1e-3 && x + w / 2.0 < placed.width + 1e-3, "{i} leaves the page: {x}");
            assert!(y - h / 2.0 > -1e-3 && y + h / 2.0 < placed.height + 1e-3, "{i} leaves the page: {y}");
            for (j, &(ox, oy)) in placed.centers.iter().enumerate().take(i) {
                let (ow, oh) = (sane(sizes[j].0), sane(sizes[j].1));
                assert!(
                    (x - ox).abs() >= (w + ow) / 2.0 - 1e-3 || (y - oy).abs() >= (h + oh) / 2.0 - 1e-3,
                    "{i} and {j} overlap"
                );
            }
        }
    }

    fn check(sizes: &[Point], edges: &[(usize, usize)]) -> Placed {
        let links: Vec<Link> = edges.iter().map(|&(a, b)| (a, b, 40.0)).collect();
        let placed = layout(sizes, &links, &vec![None; sizes.len()]);
        check_sound(sizes, &placed);
        placed
    }

    #[test]
    fn odd_graphs_have_finite_pictures() {
        let size = (120.0, 36.0);
        assert_eq!(check(&[], &[]), Placed::default());
        assert_eq!(check(&[size], &[]), Placed { centers: vec![(60.0, 18.0)], width: 120.0, height: 36.0 });
        check(&[size], &[(0, 0)]);
        check(&[size; 5], &[]);
        check(&[size; 2], &[(0, 1), (1, 0), (0, 7)]);
        check(&[(f64::NAN, f64::INFINITY), (-3.0, 0.0), size], &[(0, 1), (1, 2)]);
        let star: Vec<(usize, usize)> = (1..60).map(|leaf| (0, leaf)).collect();
        check(&[size; 60], &star);
        let path: Vec<(usize, usize)> = (1..200).map(|at| (at - 1, at)).collect();
        check(&[size; 200], &path);
        let clique: Vec<(usize, usize)> = (0..30).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        check(&[size; 30], &clique);
    }

    #[test]
    fn linked_boxes_stand_nearer_than_unlinked_ones() {
        // Two stars that one edge joins.
        let mut edges: Vec<(usize, usize)> = (1..6).map(|leaf| (0, leaf)).collect();
        edges.extend((7..12).map(|leaf| (6, leaf)));
        edges.push((0, 6));
        let placed = check(&[(100.0, 30.0); 12], &edges);
        let far = |a: usize, b: usize| {
            let (p, q) = (placed.centers[a], placed.centers[b]);
            ((p.0 - q.0) / STRETCH).hypot(p.1 - q.1)
        };
        for leaf in 1..6 {
            assert!(far(leaf, 0) < far(leaf, 6), "leaf {leaf} stands at the other star");
        }
    }

    #[test]
    fn a_line_through_a_box_is_seen() {
        for (a, b, expected) in [
            ((0.0, 0.0), (100.0, 0.0), true),
            ((0.0, 30.0), (100.0, 30.0), false),
            ((50.0, -40.0), (50.0, 40.0), true),
            ((0.0, 0.0), (20.0, 0.0), false),
            ((50.0, 0.0), (50.0, 0.0), true),
        ] {
            assert_eq!(crosses(a, b, (50.0, 0.0), (40.0, 20.0), 0.0), expected, "{a:?} to {b:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_graph_is_laid_out_soundly_and_the_same_way_twice(
            sizes in proptest::collection::vec((20.0f64..220.0, 20.0f64..80.0), 0..40),
            edges in proptest::collection::vec((0usize..44, 0usize..44, 0.0f64..120.0), 0..90),
            groups in proptest::collection::vec(proptest::option::of(0usize..3), 40),
        ) {
            let groups = &groups[..sizes.len()];
            let placed = layout(&sizes, &edges, groups);
            check_sound(&sizes, &placed);
            prop_assert_eq!(layout(&sizes, &edges, groups), placed);
        }
    }
}
