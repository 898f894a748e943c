//! Stands in until the API server lands: replace this file whole.
use crate::store::Store;
use podground_api::{Request, Response, json};
use podground_sim::Sim;
use std::{
    cell::{Ref, RefCell},
    rc::Rc,
};
/// stub
#[derive(Clone)]
pub struct ApiServer(Rc<(Sim, RefCell<Store>)>);
impl ApiServer {
    /// stub
    pub fn new(sim: Sim) -> Self {
        Self(Rc::new((sim, RefCell::default())))
    }
    /// stub
    pub fn handle(&self, _request: Request) -> Response {
        Response::json(500, json!({}))
    }
    /// stub
    pub fn store(&self) -> Ref<'_, Store> {
        self.0.1.borrow()
    }
}
