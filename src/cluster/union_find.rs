//! Union-find with path halving; the root is always the smallest member, so labels do not depend on the order of unions.

/// Disjoint sets over `0..len`.
#[derive(Clone, Debug)]
pub struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Every member alone.
    pub fn new(len: usize) -> Self {
        Self { parents: (0..len as u32).collect() }
    }

    /// The smallest member of the set that holds `member`. Amortized O(log n).
    pub fn find(&mut self, mut member: u32) -> u32 {
        while self.parents[member as usize] != member {
            let parent = self.parents[member as usize];
            self.parents[member as usize] = self.parents[parent as usize];
            member = parent;
        }
        member
    }

    /// Unites two sets; false when they were one already.
    pub fn union(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        let (root, child) = if a < b { (a, b) } else { (b, a) };
        self.parents[child as usize] = root;
        true
    }

    /// All sets with at least `size` members, each sorted, in the order of their smallest member.
    pub fn sets(&mut self, size: usize) -> Vec<Vec<u32>> {
        let mut labelled: Vec<(u32, u32)> =
            (0..self.parents.len() as u32).map(|member| (self.find(member), member)).collect();
        labelled.sort_unstable();
        labelled
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|set| set.len() >= size)
            .map(|set| set.iter().map(|&(_, member)| member).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use petgraph::unionfind::UnionFind as Reference;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_sets_are_those_of_petgraph_in_any_order(edges in prop::collection::vec((0u32..30, 0u32..30), 0..60)) {
            let mut ours = UnionFind::new(30);
            let mut reversed = UnionFind::new(30);
            let mut reference = Reference::<u32>::new(30);
            for &(a, b) in &edges {
                prop_assert_eq!(ours.union(a, b), reference.union(a, b));
            }
            for &(a, b) in edges.iter().rev() {
                reversed.union(b, a);
            }
            prop_assert_eq!(ours.sets(1), reversed.sets(1));
            for a in 0..30 {
                for b in 0..30 {
                    prop_assert_eq!(ours.find(a) == ours.find(b), reference.equiv(a, b));
                }
            }
        }
    }
}
