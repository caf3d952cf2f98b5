//! Dense ids, one type per table, so that an index into one table cannot be used on another.

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl $name {
            /// The id as an index into the table it belongs to.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            /// Panics when a table outgrows its id type, which is a bound of the program and not of the input:
            /// ingest stops with a diagnostic before any table can reach it.
            fn from(index: usize) -> Self {
                Self(<$inner>::try_from(index).expect("table larger than its id type"))
            }
        }
    };
}

id_type!(
    /// A source of the config, in the config's order.
    SourceId, u16
);
id_type!(
    /// A record of this run, dense, sorted by source and key.
    RecordId, u32
);
id_type!(
    /// A distinct normalized value of one kind, dense in this run.
    ValueId, u32
);
id_type!(
    /// A persona of this run, dense, in the order of its smallest record.
    PersonaId, u32
);
