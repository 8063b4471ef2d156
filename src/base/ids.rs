//! Typed ids, and columns and matrices that can only be indexed by their own id.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// An id that is a position in the columns of its entity.
pub trait Id: Copy + Eq + Ord {
    /// Position in a column.
    fn index(self) -> usize;
    /// The id at a position.
    fn from_index(index: usize) -> Self;
}

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident($repr:ty)),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $repr);
        impl Id for $name {
            #[inline]
            fn index(self) -> usize { self.0 as usize }
            #[inline]
            fn from_index(index: usize) -> Self {
                debug_assert!(index <= <$repr>::MAX as usize);
                $name(index as $repr)
            }
        }
    )+};
}

id_types! {
    /// A node of the route graph: cercle seat, town, desert node, foreign town, camp or terminal.
    PlaceId(u8),
    /// An undirected edge of the route graph.
    RouteId(u16),
    /// One community in one home place.
    CellId(u16),
    /// An armed group, in order of birth.
    GroupId(u8),
    /// A trafficking network.
    NetworkId(u8),
    /// A row of the posts table: one rank in one cercle.
    PostId(u16),
    /// A mission or strike force.
    MissionId(u8),
    /// A government or international organisation.
    GovernmentId(u8),
    /// An account holder of the ledger.
    ActorId(u8),
}

/// One value per entity of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column<I, T> {
    values: Vec<T>,
    #[serde(skip)]
    id: PhantomData<I>,
}

impl<I: Id, T> Column<I, T> {
    /// A column from values in id order.
    pub fn from_vec(values: Vec<T>) -> Self {
        Column { values, id: PhantomData }
    }
    /// Number of entities.
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// True without entities.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// Adds an entity's value and returns its id.
    pub fn push(&mut self, value: T) -> I {
        self.values.push(value);
        I::from_index(self.values.len() - 1)
    }
    /// All ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.values.len()).map(I::from_index)
    }
    /// Values in id order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }
    /// Mutable values in id order.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.values.iter_mut()
    }
    /// The values as a slice in id order.
    pub fn as_slice(&self) -> &[T] {
        &self.values
    }
    /// The values as a mutable slice in id order.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.values
    }
}

impl<I: Id, T: Clone> Column<I, T> {
    /// A column of `n` equal values.
    pub fn filled(n: usize, value: T) -> Self {
        Column { values: vec![value; n], id: PhantomData }
    }
    /// Sets every value.
    pub fn fill(&mut self, value: T) {
        self.values.fill(value);
    }
}

impl<I: Id, T> Index<I> for Column<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.values[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Column<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.values[id.index()]
    }
}

/// A dense table indexed by two ids; a row is contiguous.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<R, C, T> {
    values: Vec<T>,
    width: usize,
    id: PhantomData<(R, C)>,
}

impl<R: Id, C: Id, T: Clone> Matrix<R, C, T> {
    /// A matrix of equal values.
    pub fn filled(rows: usize, width: usize, value: T) -> Self {
        Matrix { values: vec![value; rows * width], width, id: PhantomData }
    }
    /// Sets every value.
    pub fn fill(&mut self, value: T) {
        self.values.fill(value);
    }
    /// One row.
    pub fn row(&self, row: R) -> &[T] {
        &self.values[row.index() * self.width..(row.index() + 1) * self.width]
    }
    /// One row, mutable.
    pub fn row_mut(&mut self, row: R) -> &mut [T] {
        &mut self.values[row.index() * self.width..(row.index() + 1) * self.width]
    }
}

impl<R: Id, C: Id, T> Index<(R, C)> for Matrix<R, C, T> {
    type Output = T;
    #[inline]
    fn index(&self, (row, column): (R, C)) -> &T {
        &self.values[row.index() * self.width + column.index()]
    }
}

impl<R: Id, C: Id, T> IndexMut<(R, C)> for Matrix<R, C, T> {
    #[inline]
    fn index_mut(&mut self, (row, column): (R, C)) -> &mut T {
        &mut self.values[row.index() * self.width + column.index()]
    }
}
