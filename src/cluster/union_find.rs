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
        let mut parent = self.parents[member as usize];
        while parent != member {
            let above = self.parents[parent as usize];
            if above == parent {
                return parent;
            }
            self.parents[member as usize] = above;
            member = above;
            parent = self.parents[member as usize];
        }
        member
    }

    /// What [`UnionFind::find`] says, without shortening the way for the next.
    pub fn root(&self, mut member: u32) -> u32 {
        while self.parents[member as usize] != member {
            member = self.parents[member as usize];
        }
        member
    }

    /// Unites two sets; false when they were one already.
    pub fn union(&mut self, a: u32, b: u32) -> bool {
        // Most pairs of a large component have one parent already: two reads then answer, and nothing is written.
        if self.parents[a as usize] == self.parents[b as usize] {
            return false;
        }
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        let (root, child) = if a < b { (a, b) } else { (b, a) };
        self.parents[child as usize] = root;
        true
    }

    /// All sets with at least `size` members, each sorted, in the order of their smallest member. O(n).
    pub fn sets(&mut self, size: usize) -> Vec<Vec<u32>> {
        // A parent is never larger than its child: in ascending order it points to its root when its child is reached.
        for member in 0..self.parents.len() {
            self.parents[member] = self.parents[self.parents[member] as usize];
        }
        let mut sizes = vec![0u32; self.parents.len()];
        self.parents.iter().for_each(|&root| sizes[root as usize] += 1);
        // The place of each large set among the results, by its root.
        let mut places = vec![u32::MAX; self.parents.len()];
        let mut sets: Vec<Vec<u32>> = Vec::new();
        for (member, &root) in self.parents.iter().enumerate() {
            let count = sizes[root as usize] as usize;
            if count < size {
                continue;
            }
            if member as u32 == root {
                places[member] = sets.len() as u32;
                sets.push(Vec::with_capacity(count));
            }
            sets[places[root as usize] as usize].push(member as u32);
        }
        sets
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

        #[test]
        fn sets_are_what_find_says(edges in prop::collection::vec((0u32..30, 0u32..30), 0..40), size in 0usize..5) {
            let mut sets = UnionFind::new(30);
            for &(a, b) in &edges {
                sets.union(a, b);
            }
            let as_they_are: Vec<u32> = (0..30).map(|member| sets.root(member)).collect();
            let roots: Vec<u32> = (0..30).map(|member| sets.find(member)).collect();
            prop_assert_eq!(&as_they_are, &roots);
            let mut expected: std::collections::BTreeMap<u32, Vec<u32>> = Default::default();
            (0..30).for_each(|member| expected.entry(roots[member as usize]).or_default().push(member));
            let expected: Vec<Vec<u32>> = expected.into_values().filter(|set| set.len() >= size).collect();
            prop_assert_eq!(sets.sets(size), expected);
        }
    }
}
