//! Where the boxes of a drawing stand: stress majorization per connected part, crossings taken out, then overlap removal.
//!
//! Knows boxes and edges as numbers only; what they look like is left to [`super::svg`], the way of the edges to
//! [`super::route`]. Invariants: no two boxes overlap, labels that were given a place included, every coordinate is finite
//! for any graph, and the same input gives the same output to the last bit.
//!
//! A label is a small box on the way of its edge, so that it is given room like any other. Boxes that hang off a single
//! other one ([`Place::Below`]) stand in a column below or above it and move with it.
//!
//! Method: Gansner, Koren and North, "Graph drawing by stress majorization" (2004), in its node-by-node form, on graph
//! distances whose edges are as long as their boxes need. Of several starts, each improved by swapping boxes while that
//! takes crossings out, and of several degrees of drawing the picture together, the one with the fewest crossings and
//! edges under boxes on the least area is taken.

use petgraph::algo::dijkstra;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use std::collections::{BTreeMap, BTreeSet};

/// A point in pixels, y downward.
pub type Point = (f64, f64);

/// A laid-out drawing: all boxes lie inside `0..width` by `0..height`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    /// Centers of the boxes, in the order they were given.
    pub centers: Vec<Point>,
    /// Centers of the labels, in the order of the edges; nothing for those that get no room of their own.
    pub labels: Vec<Option<Point>>,
    /// For boxes that hang off another one: that one.
    pub below: Vec<Option<usize>>,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
}

/// Where a box belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Where its edges pull it.
    #[default]
    Anywhere,
    /// At the edge of the picture: it says little, and its long edges stay out of the way there.
    Edge,
    /// In a column below its only neighbor, when it has but one.
    Below,
}

/// An edge, and the size of its label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Indices of the two boxes.
    pub ends: (usize, usize),
    /// Width and height.
    pub label: Option<Point>,
}

/// Boxes are wider than high and pages too: stress works in a square space that is stretched by this afterwards.
const STRETCH: f64 = 1.45;
/// Room kept free beside and above each box.
const PAD: Point = (18.0, 16.0);
/// Room between two connected parts.
const PART_GAP: f64 = 40.0;
/// Rounds of the node-by-node majorization; each costs n² steps.
const ROUNDS: usize = 120;
/// Beyond this many boxes in one part only one start is tried, in fewer rounds, as time grows with the square.
const LARGE: usize = 110;
/// Boxes times edges times edges up to which crossings are taken out by swapping boxes.
const UNTANGLED_MAX: usize = 700_000;
/// Beyond this many boxes labels are not given room of their own.
const LABELED_MAX: usize = 420;
/// Boxes of one column below another.
const COLUMN: usize = 6;
/// How far a column stands in, which is where the line to its boxes runs.
const INDENT: f64 = 20.0;
/// Room between the boxes of a column.
const COLUMN_GAP: f64 = 7.0;

/// Places boxes of the given sizes (width, height) so that linked ones stand near each other; boxes of one group are
/// drawn together. Edges to boxes that do not exist are passed over. O(n² · rounds + n · E log n).
pub fn layout(sizes: &[Point], edges: &[Link], groups: &[Option<usize>], places: &[Place]) -> Placed {
    let count = sizes.len();
    let sizes: Vec<Point> = sizes.iter().map(|&(w, h)| (sane(w), sane(h))).collect();
    let valid = |edge: &Link| edge.ends.0 < count && edge.ends.1 < count && edge.ends.0 != edge.ends.1;
    let blocks = blocks(&sizes, edges, places, groups);

    // What is laid out: blocks, then labels.
    let mut block_of = vec![0usize; count];
    for (at, block) in blocks.iter().enumerate() {
        block_of[block.owner] = at;
        for &hanging in &block.hanging {
            block_of[hanging] = at;
        }
    }
    let mut items: Vec<Item> = blocks
        .iter()
        .map(|block| Item {
            size: block.size,
            group: groups.get(block.owner).copied().flatten(),
            outward: places.get(block.owner) == Some(&Place::Edge),
        })
        .collect();
    let labels_wanted = edges.iter().filter(|edge| valid(edge) && edge.label.is_some()).count();
    // Among very many lines labels with room of their own only add to the tangle.
    let room_for_labels = blocks.len() + labels_wanted <= LABELED_MAX && labels_wanted <= blocks.len() + 4;
    let mut label_item: Vec<Option<usize>> = vec![None; edges.len()];
    let mut unique: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| valid(edge)) {
        let (a, b) = (block_of[edge.ends.0], block_of[edge.ends.1]);
        if a == b {
            continue;
        }
        match edge.label.filter(|_| room_for_labels) {
            Some((w, h)) => {
                let item = items.len();
                items.push(Item { size: (sane(w), sane(h)), group: None, outward: false });
                label_item[at] = Some(item);
                unique.insert((a, item));
                unique.insert((b, item));
            }
            None => {
                unique.insert((a.min(b), a.max(b)));
            }
        }
    }
    let mut parts = UnionFind::<usize>::new(items.len());
    for &(a, b) in &unique {
        parts.union(a, b);
    }
    // Boxes of one group stand together even where no edge joins them.
    let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut ties: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (item, group) in items.iter().enumerate().filter_map(|(at, item)| Some((at, item.group?))) {
        let first = *first_of.entry(group).or_insert(item);
        if parts.union(first, item) {
            ties.insert((first, item));
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for item in 0..items.len() {
        let key = *first.entry(parts.find(item)).or_insert(item);
        members.entry(key).or_default().push(item);
    }
    let laid: Vec<Part> = members
        .into_values()
        .map(|members| {
            let local: BTreeMap<usize, usize> = members.iter().enumerate().map(|(at, &item)| (item, at)).collect();
            let inside = |pairs: &BTreeSet<(usize, usize)>| -> Vec<(usize, usize)> {
                pairs.iter().filter_map(|(a, b)| Some((*local.get(a)?, *local.get(b)?))).collect()
            };
            let part_items: Vec<Item> = members.iter().map(|&item| items[item]).collect();
            Part::lay_out(members, &part_items, inside(&unique), inside(&ties))
        })
        .collect();
    let (spots, width, height) = side_by_side(laid, items.len());

    // Out of the blocks again.
    let mut placed = Placed {
        centers: vec![(0.0, 0.0); count],
        labels: label_item.iter().map(|item| item.map(|item| spots[item])).collect(),
        below: vec![None; count],
        width,
        height,
    };
    for (at, block) in blocks.iter().enumerate() {
        let leaving: Vec<Point> = edges
            .iter()
            .enumerate()
            .filter(|(_, edge)| valid(edge))
            .filter_map(|(index, edge)| {
                let (a, b) = (block_of[edge.ends.0], block_of[edge.ends.1]);
                (a != b && (a == at || b == at))
                    .then(|| label_item[index].map_or(spots[if a == at { b } else { a }], |item| spots[item]))
            })
            .collect();
        block.unfold(spots[at], &leaving, &sizes, &mut placed);
    }
    placed
}

/// What is laid out: a box with those that hang off it, or a label.
#[derive(Clone, Copy, Debug)]
struct Item {
    size: Point,
    group: Option<usize>,
    outward: bool,
}

/// A box and the boxes that hang off it.
struct Block {
    owner: usize,
    hanging: Vec<usize>,
    size: Point,
}

fn blocks(sizes: &[Point], edges: &[Link], places: &[Place], groups: &[Option<usize>]) -> Vec<Block> {
    let count = sizes.len();
    let mut touching: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut labeled = vec![false; count];
    for edge in edges {
        let (a, b) = edge.ends;
        if a < count && b < count {
            touching[a].push(b);
            touching[b].push(a);
            labeled[a] |= edge.label.is_some();
            labeled[b] |= edge.label.is_some();
        }
    }
    let is_below = |vertex: usize| places.get(vertex) == Some(&Place::Below);
    let owner = |vertex: usize| -> Option<usize> {
        let [only] = touching[vertex][..] else { return None };
        let group = |vertex: usize| groups.get(vertex).copied().flatten();
        let own_group = group(vertex).is_none() || group(vertex) == group(only);
        (is_below(vertex) && !labeled[vertex] && only != vertex && !is_below(only) && own_group).then_some(only)
    };
    let owners: Vec<Option<usize>> = (0..count).map(owner).collect();
    let mut hanging: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (vertex, owner) in owners.iter().enumerate() {
        if let Some(owner) = owner {
            hanging[*owner].push(vertex);
        }
    }
    (0..count)
        .filter(|&vertex| owners[vertex].is_none())
        .map(|owner| {
            let hanging = std::mem::take(&mut hanging[owner]);
            let mut size = sizes[owner];
            let mut columns = 0.0f64;
            let mut deepest = 0.0f64;
            for column in hanging.chunks(COLUMN) {
                columns += INDENT + column.iter().map(|&each| sizes[each].0).fold(0.0, f64::max);
                deepest = deepest.max(column.iter().map(|&each| sizes[each].1 + COLUMN_GAP).sum());
            }
            size = (size.0.max(columns), size.1 + deepest);
            Block { owner, hanging, size }
        })
        .collect()
}

impl Block {
    /// Puts the boxes of the block around that center, on the side where the fewest edges that leave it run under them.
    fn unfold(&self, center: Point, leaving: &[Point], sizes: &[Point], placed: &mut Placed) {
        if self.hanging.is_empty() {
            placed.centers[self.owner] = center;
            return;
        }
        let ways = [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)];
        let under = |&(down, flush): &(f64, f64)| {
            let spots = self.spots(center, down, flush, sizes);
            let owner = spots.first().map_or(center, |&(_, spot)| spot);
            let hits = |spot: Point, vertex: usize| {
                leaving.iter().filter(|&&to| crosses(owner, to, spot, sizes[vertex], 2.0)).count()
            };
            spots.iter().skip(1).map(|&(vertex, spot)| hits(spot, vertex)).sum::<usize>()
        };
        let Some(&(down, flush)) = ways.iter().min_by_key(|way| under(way)) else { return };
        for (vertex, spot) in self.spots(center, down, flush, sizes) {
            placed.centers[vertex] = spot;
            placed.below[vertex] = (vertex != self.owner).then_some(self.owner);
        }
    }

    /// Where the boxes stand, the owner first: `down` is 1 or -1, `flush` 1 for a column that starts left and -1 for one
    /// that starts right.
    fn spots(&self, center: Point, down: f64, flush: f64, sizes: &[Point]) -> Vec<(usize, Point)> {
        let (w, h) = sizes[self.owner];
        let side = center.0 - flush * self.size.0 / 2.0;
        let from = center.1 - down * self.size.1 / 2.0;
        let mut spots = vec![(self.owner, (side + flush * w / 2.0, from + down * h / 2.0))];
        let mut column_side = side;
        for column in self.hanging.chunks(COLUMN) {
            let mut edge = from + down * h;
            let mut widest = 0.0f64;
            for &each in column {
                let (own_w, own_h) = sizes[each];
                let spot = (column_side + flush * (INDENT + own_w / 2.0), edge + down * (COLUMN_GAP + own_h / 2.0));
                spots.push((each, spot));
                edge += down * (COLUMN_GAP + own_h);
                widest = widest.max(own_w);
            }
            column_side += flush * (INDENT + widest);
        }
        spots
    }
}

/// The way of the line to a hanging box: out of its owner, round a corner and into its side.
pub fn elbow(owner: Point, owner_size: Point, hanging: Point, size: Point) -> [Point; 3] {
    // The trunk runs on the side where the column is flush with its owner.
    let left = (owner.0 - owner_size.0 / 2.0 + INDENT) - (hanging.0 - size.0 / 2.0);
    let right = (owner.0 + owner_size.0 / 2.0 - INDENT) - (hanging.0 + size.0 / 2.0);
    let side = if left.abs() <= right.abs() { -1.0 } else { 1.0 };
    let end = hanging.0 + side * size.0 / 2.0;
    let trunk = end + side * INDENT * 0.55;
    let half = (owner_size.0 / 2.0 - 4.0).max(0.0);
    [(trunk.clamp(owner.0 - half, owner.0 + half), owner.1), (trunk, hanging.1), (end - side * 2.0, hanging.1)]
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
    fn lay_out(members: Vec<usize>, items: &[Item], edges: Vec<(usize, usize)>, ties: Vec<(usize, usize)>) -> Self {
        let sizes: Vec<Point> = items.iter().map(|item| item.size).collect();
        let mut centers = match members.len() {
            1 => vec![(0.0, 0.0)],
            _ => best_layout(items, &sizes, &edges, &ties),
        };
        let (low, high) = bounds(&centers, &sizes);
        for center in &mut centers {
            *center = (center.0 - low.0, center.1 - low.1);
        }
        Part { members, centers, width: high.0 - low.0, height: high.1 - low.1 }
    }
}

fn bounds(centers: &[Point], sizes: &[Point]) -> (Point, Point) {
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for (&(x, y), &(w, h)) in centers.iter().zip(sizes) {
        low = (low.0.min(x - w / 2.0), low.1.min(y - h / 2.0));
        high = (high.0.max(x + w / 2.0), high.1.max(y + h / 2.0));
    }
    (low, high)
}

/// Parts on shelves, lone boxes first, then the highest, on a page somewhat wider than high.
fn side_by_side(mut parts: Vec<Part>, count: usize) -> (Vec<Point>, f64, f64) {
    let area: f64 = parts.iter().map(|part| (part.width + PART_GAP) * (part.height + PART_GAP)).sum();
    let widest = parts.iter().fold(0.0f64, |widest, part| widest.max(part.width));
    let shelf = widest.max((area * 1.6).sqrt());
    let lone = |part: &Part| part.members.len() == 1;
    parts.sort_by(|a, b| {
        lone(b).cmp(&lone(a)).then(b.height.total_cmp(&a.height)).then_with(|| a.members.cmp(&b.members))
    });
    let mut centers = vec![(0.0, 0.0); count];
    let (mut width, mut height) = (0.0f64, 0.0f64);
    let (mut left, mut top, mut row_height) = (0.0f64, 0.0f64, 0.0f64);
    let mut after_lone = false;
    for part in parts {
        if left > 0.0 && (left + part.width > shelf + 0.5 || (after_lone && !lone(&part))) {
            (left, top, row_height) = (0.0, top + row_height + PART_GAP, 0.0);
        }
        for (&member, &(x, y)) in part.members.iter().zip(&part.centers) {
            centers[member] = (x + left, y + top);
        }
        width = width.max(left + part.width);
        height = height.max(top + part.height);
        row_height = row_height.max(part.height);
        after_lone = lone(&part);
        left += part.width + PART_GAP;
    }
    (centers, width, height)
}

/// Centers of one connected part of at least two boxes.
fn best_layout(items: &[Item], sizes: &[Point], edges: &[(usize, usize)], ties: &[(usize, usize)]) -> Vec<Point> {
    let count = sizes.len();
    let distances = ideal_distances(items, edges, ties);
    let mut degree = vec![0usize; count];
    for &(a, b) in edges {
        degree[a] += 1;
        degree[b] += 1;
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
    let small = count <= LARGE;
    let mut starts = vec![plane];
    if small {
        starts.push(spiral(&by_distance, reach));
        starts.push(spiral(&by_index, reach));
    }
    let rounds = if small { ROUNDS } else { (ROUNDS * 5 * LARGE / count).clamp(12, 2 * ROUNDS) };
    let mut best: Option<(f64, Vec<Point>)> = None;
    for mut centers in starts {
        majorize(&mut centers, &distances, rounds);
        turn_flat(&mut centers);
        for center in &mut centers {
            center.0 *= STRETCH;
        }
        if small && count * edges.len() * edges.len() <= UNTANGLED_MAX {
            untangle(&mut centers, sizes, edges);
        }
        // Each try takes its time in a large picture.
        let degrees: &[f64] = if small { &[1.0, 0.86, 0.74, 0.62, 0.5] } else { &[1.0, 0.8] };
        let mut drawn_together: Option<(f64, Vec<Point>)> = None;
        for degree in degrees {
            let mut tried: Vec<Point> = centers.iter().map(|&(x, y)| (x * degree, y * degree)).collect();
            part_overlaps(&mut tried, sizes);
            let cost = cost(&tried, sizes, edges);
            if drawn_together.as_ref().is_none_or(|(lowest, _)| cost < *lowest) {
                drawn_together = Some((cost, tried));
            }
        }
        let Some((_, mut tried)) = drawn_together else { continue };
        clear_edges(&mut tried, sizes, edges);
        let cost = cost(&tried, sizes, edges);
        if best.as_ref().is_none_or(|(lowest, _)| cost < *lowest) {
            best = Some((cost, tried));
        }
    }
    best.map_or_else(|| vec![(0.0, 0.0); count], |(_, centers)| centers)
}

/// What a reader pays for a picture: crossings, edges under boxes, area, and being far from the shape of a page.
fn cost(centers: &[Point], sizes: &[Point], edges: &[(usize, usize)]) -> f64 {
    let mut hits = 0usize;
    for &(a, b) in edges {
        for vertex in (0..sizes.len()).filter(|&vertex| vertex != a && vertex != b) {
            hits += usize::from(crosses(centers[a], centers[b], centers[vertex], sizes[vertex], 1.0));
        }
    }
    let mut crossings = 0usize;
    for (at, &one) in edges.iter().enumerate() {
        crossings += edges[..at].iter().filter(|&&other| cross(centers, one, other)).count();
    }
    let (low, high) = bounds(centers, sizes);
    let (width, height) = ((high.0 - low.0).max(1.0), (high.1 - low.1).max(1.0));
    let filled: f64 = sizes.iter().map(|&(w, h)| (w + PAD.0) * (h + PAD.1)).sum();
    let shape = (width / height / 1.35).ln().abs();
    crossings as f64
        + 4.0 * hits as f64
        + 2.2 * (sizes.len() as f64).sqrt() * (width * height / filled.max(1.0)).sqrt()
        + 2.0 * shape
}

/// Whether two edges that have no end in common cross, as straight lines.
fn cross(centers: &[Point], (a, b): (usize, usize), (c, d): (usize, usize)) -> bool {
    if a == c || a == d || b == c || b == d {
        return false;
    }
    let side = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let (p, q, r, s) = (centers[a], centers[b], centers[c], centers[d]);
    side(p, q, r) * side(p, q, s) < 0.0 && side(r, s, p) * side(r, s, q) < 0.0
}

/// Swaps boxes while that takes out more crossings and edges under boxes than it lengthens edges. Each pass looks at all
/// pairs; a few passes settle.
fn untangle(centers: &mut [Point], sizes: &[Point], edges: &[(usize, usize)]) {
    let count = centers.len();
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, &(a, b)) in edges.iter().enumerate() {
        at[a].push(index);
        at[b].push(index);
    }
    let unit = 3.0 * sizes.iter().map(|size| size.0 + size.1).sum::<f64>() / count.max(1) as f64;
    let price = |centers: &[Point], i: usize, j: usize| -> f64 {
        let mut sum = 0.0;
        let own = at[i].iter().chain(at[j].iter().filter(|edge| !at[i].contains(edge)));
        for &index in own {
            let (a, b) = edges[index];
            sum += edges.iter().filter(|&&other| cross(centers, edges[index], other)).count() as f64;
            sum += (centers[a].0 - centers[b].0).hypot(centers[a].1 - centers[b].1) / unit;
            for vertex in (0..count).filter(|&vertex| vertex != a && vertex != b) {
                if crosses(centers[a], centers[b], centers[vertex], sizes[vertex], -4.0) {
                    sum += 1.5;
                }
            }
        }
        for vertex in [i, j] {
            for (index, &(a, b)) in edges.iter().enumerate() {
                if a != vertex
                    && b != vertex
                    && crosses(centers[a], centers[b], centers[vertex], sizes[vertex], -4.0)
                    && !at[i].contains(&index)
                    && !at[j].contains(&index)
                {
                    sum += 1.5;
                }
            }
        }
        sum
    };
    for _ in 0..6 {
        let mut better = false;
        for i in 0..count {
            for j in 0..i {
                if at[i].is_empty() && at[j].is_empty() {
                    continue;
                }
                let before = price(centers, i, j);
                centers.swap(i, j);
                if price(centers, i, j) < before - 0.05 {
                    better = true;
                } else {
                    centers.swap(i, j);
                }
            }
        }
        if !better {
            break;
        }
    }
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
fn ideal_distances(items: &[Item], edges: &[(usize, usize)], ties: &[(usize, usize)]) -> Vec<f64> {
    let count = items.len();
    let mut graph: UnGraph<(), f64> = UnGraph::with_capacity(count, edges.len() + ties.len());
    let mut degree = vec![0usize; count];
    for &(a, b) in edges {
        degree[a] += 1;
        degree[b] += 1;
    }
    for _ in 0..count {
        graph.add_node(());
    }
    for &(a, b) in edges.iter().chain(ties) {
        let radius = |vertex: usize| (items[vertex].size.0 / STRETCH + items[vertex].size.1) / 4.0;
        let crowd = 6.0 * ((degree[a].max(degree[b])) as f64).sqrt();
        graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), 24.0 + crowd + radius(a) + radius(b));
    }
    let mut distances = vec![0.0; count * count];
    for from in 0..count {
        let reached = dijkstra(&graph, NodeIndex::new(from), None, |edge| *edge.weight());
        for (to, distance) in reached {
            let to = to.index();
            let together = match (items[from].group, items[to].group) {
                (Some(a), Some(b)) if a == b => 0.78,
                (Some(_), Some(_)) => 1.12,
                _ if items[from].outward || items[to].outward => 1.25,
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
    let widest = sizes.iter().fold(0.0f64, |widest, size| widest.max(size.0));
    let mut order: Vec<usize> = (0..count).collect();
    for _ in 0..60 {
        for _ in 0..40 {
            let mut clear = true;
            // Only neighbors along x can overlap.
            order.sort_by(|&a, &b| centers[a].0.total_cmp(&centers[b].0).then(a.cmp(&b)));
            for at in 0..count {
                let i = order[at];
                for &j in &order[at + 1..] {
                    if centers[j].0 - centers[i].0 > (sizes[i].0 + widest) / 2.0 + PAD.0 + 400.0 {
                        break;
                    }
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
fn clear_edges(centers: &mut [Point], sizes: &[Point], edges: &[(usize, usize)]) {
    let count = centers.len();
    // The rest of the crossings is left to the bend of the edges; a very large picture is not worth the time.
    if count < 3 || count * edges.len() > 16_000 {
        return;
    }
    let mut best: (usize, Vec<Point>) = (usize::MAX, centers.to_vec());
    for _ in 0..40 {
        let mut hits = 0;
        let mut push = vec![(0.0f64, 0.0f64); count];
        for &(a, b) in edges {
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
        let links: Vec<Link> = edges.iter().map(|&ends| Link { ends, label: None }).collect();
        let placed = layout(sizes, &links, &vec![None; sizes.len()], &vec![Place::Anywhere; sizes.len()]);
        check_sound(sizes, &placed);
        placed
    }

    #[test]
    fn what_hangs_off_one_box_stands_below_it_and_what_hangs_off_two_does_not() {
        let sizes = [(150.0, 40.0), (100.0, 30.0), (100.0, 30.0), (100.0, 30.0), (150.0, 40.0)];
        let places = [Place::Anywhere, Place::Below, Place::Below, Place::Below, Place::Anywhere];
        let link = |a: usize, b: usize| Link { ends: (a, b), label: None };
        let placed = layout(&sizes, &[link(0, 1), link(2, 0), link(0, 3), link(3, 4)], &[None; 5], &places);
        check_sound(&sizes, &placed);
        assert_eq!(placed.below, [None, Some(0), Some(0), None, None]);
        for hanging in [1, 2] {
            let (owner, own) = (placed.centers[0], placed.centers[hanging]);
            assert!((own.0 - owner.0).abs() < 75.0 && (own.1 - owner.1).abs() < 120.0, "{hanging} stands at its owner");
        }
    }

    #[test]
    fn labels_have_room_of_their_own() {
        let sizes = [(120.0, 36.0); 4];
        let label = Some((90.0, 14.0));
        let links: Vec<Link> = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 1)].map(|ends| Link { ends, label }).to_vec();
        let placed = layout(&sizes, &links, &[None; 4], &[Place::Anywhere; 4]);
        let mut boxes: Vec<(Point, Point)> = placed.centers.iter().copied().zip(sizes).collect();
        boxes.extend(placed.labels.iter().map(|center| (center.expect("room"), (90.0, 14.0))));
        for (at, &(a, size)) in boxes.iter().enumerate() {
            for &(b, other) in &boxes[..at] {
                let apart =
                    (a.0 - b.0).abs() >= (size.0 + other.0) / 2.0 || (a.1 - b.1).abs() >= (size.1 + other.1) / 2.0;
                assert!(apart, "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn odd_graphs_have_finite_pictures() {
        let size = (120.0, 36.0);
        assert_eq!(check(&[], &[]), Placed::default());
        let one =
            Placed { centers: vec![(60.0, 18.0)], below: vec![None], width: 120.0, height: 36.0, ..Placed::default() };
        assert_eq!(check(&[size], &[]), one);
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
            edges in proptest::collection::vec((0usize..44, 0usize..44, proptest::option::of(10.0f64..120.0)), 0..90),
            groups in proptest::collection::vec(proptest::option::of(0usize..3), 40),
            places in proptest::collection::vec(0u8..3, 40),
        ) {
            let groups = &groups[..sizes.len()];
            let link = |&(a, b, width): &(usize, usize, Option<f64>)| Link { ends: (a, b), label: width.map(|w| (w, 14.0)) };
            let links: Vec<Link> = edges.iter().map(link).collect();
            let places: Vec<Place> = places[..sizes.len()]
                .iter()
                .map(|place| [Place::Anywhere, Place::Edge, Place::Below][usize::from(*place)])
                .collect();
            let placed = layout(&sizes, &links, groups, &places);
            check_sound(&sizes, &placed);
            prop_assert_eq!(layout(&sizes, &links, groups, &places), placed);
        }
    }
}
