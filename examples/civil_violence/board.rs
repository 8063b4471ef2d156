//! A torus of one bit a cell, read a view at a time.

/// Cells that an agent sees in each direction.
const VISION: usize = 7;
/// Rows and columns of a view.
const ACROSS: usize = 2 * VISION + 1;

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

impl Site {
    /// Its place in the order of rows.
    pub fn index(self, side: usize) -> usize {
        usize::from(self.y) * side + usize::from(self.x)
    }
    /// The cell at a position of the view from here.
    pub fn seeing(self, position: u32, side: usize) -> Site {
        let around = |from: u16, seen: u32| {
            let at = usize::from(from) + seen as usize + side - VISION;
            (if at >= 2 * side {
                at - 2 * side
            } else if at >= side {
                at - side
            } else {
                at
            }) as u16
        };
        Site { x: around(self.x, position % 16), y: around(self.y, position / 16) }
    }
}

/// Bits of the cells in view, 16 a row and four rows a word.
#[derive(Clone, Copy, Debug)]
pub struct Mask([u64; 4]);

impl Mask {
    /// The cells up to seven steps away along rows and columns, without the one in the middle.
    pub fn in_view() -> Mask {
        let mut mask = [0; 4];
        for (y, x) in (0..ACROSS).flat_map(|y| (0..ACROSS).map(move |x| (y, x))) {
            if (1..=VISION).contains(&(y.abs_diff(VISION) + x.abs_diff(VISION))) {
                mask[y / 4] |= 1 << (y % 4 * 16 + x);
            }
        }
        Mask(mask)
    }
    /// Those of other bits that these are not.
    pub fn without(self, all: &Mask) -> Mask {
        Mask(std::array::from_fn(|i| all.0[i] & !self.0[i]))
    }
    /// How many.
    pub fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
    /// Position of the n-th, from 0.
    pub fn nth(self, n: usize) -> u32 {
        let mut left = n as u32;
        let mut at = 0;
        while left >= self.0[at].count_ones() {
            left -= self.0[at].count_ones();
            at += 1;
        }
        let mut word = self.0[at];
        for _ in 0..left {
            word &= word.wrapping_sub(1);
        }
        64 * at as u32 + word.trailing_zeros()
    }
}

/// One bit a cell. A margin all around repeats the other side, so that no view has an edge.
pub struct Board {
    bytes: Vec<u8>,
    stride: usize,
    side: usize,
}

impl Board {
    /// No bit set.
    pub fn new(side: usize) -> Board {
        assert!(side > 2 * VISION, "a view must not meet itself on the other side");
        // Views are read four bytes at a time.
        let stride = (side + 2 * VISION).div_ceil(8) + 3;
        Board { bytes: vec![0; stride * (side + 2 * VISION)], stride, side }
    }

    /// Turns the bit of a cell over, here and in the margin.
    pub fn flip(&mut self, site: Site) {
        for y in self.images(site.y).into_iter().flatten() {
            for x in self.images(site.x).into_iter().flatten() {
                self.bytes[y * self.stride + x / 8] ^= 1 << (x % 8);
            }
        }
    }

    /// Moves the bit of a cell to another, or to where it is.
    pub fn move_bit(&mut self, from: Site, to: Site) {
        self.flip(from);
        self.flip(to);
    }

    /// Where a row or column stands: once, or twice near an edge.
    fn images(&self, at: u16) -> [Option<usize>; 2] {
        let at = usize::from(at);
        let image = if at < VISION {
            Some(at + self.side + VISION)
        } else if at + VISION >= self.side {
            Some(at + VISION - self.side)
        } else {
            None
        };
        [Some(at + VISION), image]
    }

    /// The bits in view of a cell.
    #[inline]
    pub fn seen(&self, site: Site, mask: &Mask) -> Mask {
        let first = usize::from(site.y) * self.stride + usize::from(site.x) / 8;
        let shift = site.x % 8;
        let mut words = mask.0;
        let view = &self.bytes[first..];
        for (i, word) in words.iter_mut().enumerate() {
            let mut four = 0;
            for j in 0..4.min(ACROSS - 4 * i) {
                let at = (4 * i + j) * self.stride;
                let bytes = view[at..at + 4].try_into().expect("four bytes");
                four |= u64::from(u32::from_le_bytes(bytes) >> shift & 0xffff) << (16 * j);
            }
            *word &= four;
        }
        Mask(words)
    }
}
