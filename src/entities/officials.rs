//! Officials: individuals, counted by post row (one rank in one cercle), whose members share every hazard.

use crate::base::ids::{Column, PlaceId, PostId};
use crate::entities::vocabulary::Rank;

/// One rank in one cercle.
#[derive(Clone, Debug)]
pub struct Post {
    /// Cercle seat.
    pub place: PlaceId,
    /// Rank.
    pub rank: Rank,
    /// Address of draws.
    pub key: u64,
    /// Posts [posts].
    pub posts: u32,
    /// Officials whom one post stands for (a sample of the many) [persons].
    pub persons_per_post: u32,
    /// Holders at post [posts].
    pub at_post: u32,
    /// Holders at post who serve traffickers [posts].
    pub captured: u32,
    /// Distance from the regional capital [hours].
    pub hours_from_capital: f64,
}

/// Share of holders at post who serve traffickers; none where nobody is at post [0, 1].
pub fn captured_share<'p>(posts: impl Iterator<Item = &'p Post>) -> f64 {
    let (captured, at_post) = posts.fold((0, 0), |sum, post| (sum.0 + post.captured, sum.1 + post.at_post));
    f64::from(captured) / f64::from(at_post.max(1))
}

/// All posts.
pub type Officials = Column<PostId, Post>;
