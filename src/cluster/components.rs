//! Connected components of a large list of edges, on one thread or several, without building a graph.
//!
//! The label of a vertex is the smallest vertex of its component, so the result is the same whatever the order of the
//! edges and the number of threads. `UnionFind` answers questions while edges arrive; this is for all edges at once.
//!
//! A parent is never larger than its child. Threads link a root only while it still is one (compare and exchange), and
//! shorten paths only to vertices further up the same path, so that a stale read costs steps and never the result.
//!
//! Two things make it quick where the labels do not fit the caches. The parents of a block of edges are read ahead,
//! because independent reads wait for memory together. And once most edges lie in one component, one bit for each
//! vertex answers them (the idea of Sutton, Ben-Nun and Barak 2018, "Optimizing Parallel Graph Connectivity
//! Computation via Subgraph Sampling", for a list of edges): 32 times less memory than labels.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

/// Edges whose parents are read ahead together.
const BLOCK: usize = 32;
/// Edges that a thread takes at a time.
const TAKEN: usize = 1 << 16;
/// Below this the labels fit the caches, and no bits are kept.
const VERTICES_FOR_BITS: usize = 1 << 19;

/// The smallest vertex that is connected to each vertex of `0..len`. O(n + m log n), in practice linear.
///
/// ```text
/// edges 0-3, 3-1, 4-5      labels 0 0 2 0 4 4
/// ```
pub fn components(len: usize, edges: &[(u32, u32)], threads: usize) -> Vec<u32> {
    components_by(len, edges, threads, VERTICES_FOR_BITS)
}

fn components_by(len: usize, edges: &[(u32, u32)], threads: usize, vertices_for_bits: usize) -> Vec<u32> {
    let forest = Forest { parents: (0..len as u32).map(AtomicU32::new).collect() };
    // A look at all vertices costs about as much as this many edges that the bits do not answer, and they pay for it.
    let step = if len >= vertices_for_bits { (len / 2).max(1) } else { edges.len().max(1) };
    let (mut largest, mut unanswered) = (Largest::default(), 0);
    for part in edges.chunks(step) {
        if unanswered >= step {
            largest = forest.largest(part);
            unanswered = 0;
        }
        unanswered += on_threads(part, threads, |edges| forest.unite_all(edges, &largest));
    }
    forest.into_labels()
}

/// Has `threads` threads take pieces of `edges` until none is left; the sum of what `work` returns.
fn on_threads(edges: &[(u32, u32)], threads: usize, work: impl Fn(&[(u32, u32)]) -> usize + Sync) -> usize {
    if threads <= 1 || edges.len() <= TAKEN {
        return work(edges);
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let pieces = std::iter::from_fn(|| edges.get(next.fetch_add(TAKEN, Relaxed)..));
        pieces.take_while(|rest| !rest.is_empty()).map(|rest| work(&rest[..rest.len().min(TAKEN)])).sum::<usize>()
    };
    std::thread::scope(|scope| {
        let started: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        take() + started.into_iter().map(|thread| thread.join().expect("no piece panics")).sum::<usize>()
    })
}

/// One bit for each vertex of the component that most edges seem to be in; empty when there is none.
#[derive(Default)]
struct Largest {
    bits: Vec<u64>,
}

impl Largest {
    fn holds(&self, vertex: u32) -> bool {
        self.bits[vertex as usize / 64] >> (vertex % 64) & 1 == 1
    }
}

struct Forest {
    parents: Vec<AtomicU32>,
}

impl Forest {
    fn parent(&self, vertex: u32) -> u32 {
        self.parents[vertex as usize].load(Relaxed)
    }

    /// Adds edges; how many needed more than a look at the bits.
    fn unite_all(&self, edges: &[(u32, u32)], largest: &Largest) -> usize {
        if largest.bits.is_empty() {
            self.unite_blocks(edges);
            return edges.len();
        }
        let mut open = Vec::with_capacity(2 * BLOCK);
        let mut count = 0;
        for &(a, b) in edges {
            if !(largest.holds(a) & largest.holds(b)) {
                open.push((a, b));
                if open.len() == open.capacity() {
                    self.unite_blocks(&open);
                    count += open.len();
                    open.clear();
                }
            }
        }
        self.unite_blocks(&open);
        count + open.len()
    }

    fn unite_blocks(&self, edges: &[(u32, u32)]) {
        let mut above = [(0u32, 0u32); BLOCK];
        for block in edges.chunks(BLOCK) {
            for (above, &(a, b)) in above.iter_mut().zip(block) {
                *above = (self.parent(a), self.parent(b));
            }
            for (&(x, y), &(a, b)) in above.iter().zip(block) {
                if x != y {
                    self.unite(a, b);
                }
            }
        }
    }

    fn unite(&self, a: u32, b: u32) {
        let (mut a, mut b) = (self.find(a), self.find(b));
        while a != b {
            let (root, child) = if a < b { (a, b) } else { (b, a) };
            match self.parents[child as usize].compare_exchange(child, root, Relaxed, Relaxed) {
                Ok(_) => return,
                // Another thread linked it first: go on from where it went.
                Err(parent) => (a, b) = (root, self.find(parent)),
            }
        }
    }

    fn find(&self, mut vertex: u32) -> u32 {
        let mut parent = self.parent(vertex);
        while parent != vertex {
            let above = self.parent(parent);
            if above == parent {
                return parent;
            }
            self.parents[vertex as usize].store(above, Relaxed);
            (vertex, parent) = (above, self.parent(above));
        }
        vertex
    }

    /// Shortens all paths, and looks for the component that most ends of the edges to come are in, judged by a thousand.
    fn largest(&self, edges: &[(u32, u32)]) -> Largest {
        let sample = edges.iter().step_by(edges.len() / 512 + 1).flat_map(|&(a, b)| [self.find(a), self.find(b)]);
        let mut sample: Vec<u32> = sample.collect();
        sample.sort_unstable();
        // Half of the sorted roots are one and the same only if it is in the middle.
        let root = sample[sample.len() / 2];
        if sample.iter().filter(|&&other| other == root).count() * 2 < sample.len() {
            return Largest::default();
        }
        let bits = self.parents.chunks(64).map(|parents| {
            parents.iter().enumerate().fold(0, |bits, (bit, parent)| {
                // In ascending order a parent points to its root when its child is reached.
                let above = self.parent(parent.load(Relaxed));
                parent.store(above, Relaxed);
                bits | u64::from(above == root) << bit
            })
        });
        Largest { bits: bits.collect() }
    }

    fn into_labels(self) -> Vec<u32> {
        let mut labels: Vec<u32> = self.parents.into_iter().map(AtomicU32::into_inner).collect();
        for vertex in 0..labels.len() {
            labels[vertex] = labels[labels[vertex] as usize];
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow obvious way: a breadth-first search from each vertex that none has reached.
    fn by_search(len: usize, edges: &[(u32, u32)]) -> Vec<u32> {
        let mut neighbours = vec![Vec::new(); len];
        for &(a, b) in edges {
            neighbours[a as usize].push(b);
            neighbours[b as usize].push(a);
        }
        let mut labels = vec![u32::MAX; len];
        for start in 0..len as u32 {
            let mut reached = vec![start];
            while let Some(vertex) = reached.pop() {
                if labels[vertex as usize] == u32::MAX {
                    labels[vertex as usize] = start;
                    reached.extend(&neighbours[vertex as usize]);
                }
            }
        }
        labels
    }

    fn graph() -> impl Strategy<Value = (usize, Vec<(u32, u32)>)> {
        (1usize..300).prop_flat_map(|len| {
            let edge = (0..len as u32, 0..len as u32);
            (Just(len), prop::collection::vec(edge, 0..3 * len))
        })
    }

    proptest! {
        #[test]
        fn labels_are_those_of_a_search((len, edges) in graph()) {
            let expected = by_search(len, &edges);
            for vertices_for_bits in [0, usize::MAX] {
                prop_assert_eq!(&components_by(len, &edges, 1, vertices_for_bits), &expected);
            }
        }
    }

    /// Edges enough that several threads have parts, and that they meet on the same roots.
    #[test]
    fn threads_change_nothing() {
        let len = 40_000u32;
        let mut state = 7u64;
        let mut below = |bound: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % u64::from(bound)) as u32
        };
        for edge_count in [30_000, 4 * TAKEN] {
            let random: Vec<(u32, u32)> = (0..edge_count).map(|_| (below(len), below(len))).collect();
            // A path from its far end, the longest way to the root.
            let path: Vec<(u32, u32)> = (1..len).rev().cycle().take(edge_count).map(|a| (a, a - 1)).collect();
            for edges in [random, path] {
                let expected = by_search(len as usize, &edges);
                for threads in [1, 2, 3, 8] {
                    for vertices_for_bits in [0, usize::MAX] {
                        assert_eq!(components_by(len as usize, &edges, threads, vertices_for_bits), expected);
                    }
                }
            }
        }
    }

    /// Threads go through the same vertices in step, each linking them to others: a link that is lost shows.
    #[test]
    fn threads_that_meet_lose_no_link() {
        let (pieces, centres) = (4, TAKEN);
        let of_piece = |piece| (0..centres).map(move |i| ((pieces * centres + i) as u32, (pieces * i + piece) as u32));
        let edges: Vec<(u32, u32)> = (0..pieces).flat_map(of_piece).collect();
        let smallest = |i: usize| (pieces * i) as u32;
        let expected: Vec<u32> =
            (0..pieces * centres).map(|i| smallest(i / pieces)).chain((0..centres).map(smallest)).collect();
        for _ in 0..50 {
            assert_eq!(components(expected.len(), &edges, pieces), expected);
        }
    }

    #[test]
    fn nothing_and_loops() {
        assert!(components(0, &[], 2).is_empty());
        assert_eq!(components(3, &[], 2), [0, 1, 2]);
        assert_eq!(components(6, &[(0, 3), (3, 1), (4, 5), (2, 2)], 2), [0, 0, 2, 0, 4, 4]);
    }
}
