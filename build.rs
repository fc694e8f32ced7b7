//! Link options of the program.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // Tables of addresses in a packed form (DT_RELR; glibc 2.36 and later): the loader reads 30 kB of them at the start
    // instead of 2 MB, which stay resident.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
