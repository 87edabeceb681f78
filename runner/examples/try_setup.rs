//! scratch, to be deleted
use runner::{setup::*, paths::Paths, config::Config};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let begun = std::time::Instant::now();
    let paths = Paths::discover().unwrap();
    let config = Config::load(&paths.config).unwrap();
    let series = args[2].split(',').filter(|s| !s.is_empty()).map(String::from).collect();
    let audience = if args.iter().any(|a| a=="--author") { Audience::Author } else { Audience::Learner };
    let needs = Needs { series, modules: vec![], audience };
    let network = if args.iter().any(|a| a=="--offline") { Network::Offline } else { Network::Allowed };
    let consent = if args.iter().any(|a| a=="--yes") { Consent::Given } else { Consent::of_the_terminal() };
    match args[1].as_str() {
        "doctor" => for f in doctor(&needs,&paths,&config).unwrap() { println!("{f}"); },
        "fix" => for f in fix(&needs,&paths,&config,consent,network,&Talk::on_stderr()).unwrap() { println!("{f}"); },
        _ => match ensure(&needs,&paths,&config,consent,network,&Talk::on_stderr()) { Ok(t) => println!("{t:#?}"), Err(e) => println!("error: {e}") },
    }
    eprintln!("{:?}", begun.elapsed());
}
