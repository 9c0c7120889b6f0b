//! Dense landmarks of a face.

mod mesh;
mod network;
mod refine;
mod roi;

pub use mesh::{
    EYE_LEFT_OUTER, EYE_RIGHT_OUTER, FACE_POINTS, LOWER_LIP_INNER, MESH_POINTS, MOUTH_LEFT, MOUTH_RIGHT,
    Mesh, UPPER_LIP_INNER,
};
pub use network::MeshNet;
pub use refine::LIPS;
pub use roi::Roi;
