//! A fleet that boots at once: how many devices try to connect in each second, by the renewal that ships. What comes out is
//! `tests/fleet.svg` and a table of the README; `JWT_MINT_BLESS=1 cargo test --test fleet` writes both.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use jwt_mint::renewal::{JWT_RENEWAL_RENEW, JWT_RENEWAL_USE, Renewal};
use jwt_mint::status::Status;

const DEVICES: usize = 1_000_000;
/// Connections per second that the bridge takes: 60,000 per minute.
const QUOTA: u32 = 1_000;
const LIFETIME: i64 = 3_600;
const SPREAD: usize = 1_800;
/// How long power, or the bridge, is back before the rest is.
const LATE: usize = 3_600;
/// Two and a half hours, in which every device connects and renews.
const SECONDS: usize = 9_000;
const START: i64 = 1_700_000_000;

/// What happened in each second.
struct Course {
    attempts: Vec<u32>,
    accepted: Vec<u32>,
}

struct Device {
    renewal: Renewal,
    is_connected: bool,
}

/// What is not there when the devices boot, and comes [`LATE`].
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    Nothing,
    /// The network, and with it the time.
    Clock,
    Bridge,
}

/// Runs the fleet. A second is the grain of time.
fn run(spread: usize, missing: Missing, seed_of: impl Fn(usize) -> u64) -> Course {
    let spread_ms = u32::try_from(spread * 1_000).expect("32 bits");
    let device = |index| Device {
        renewal: Renewal { seed: seed_of(index), lifetime: LIFETIME, spread_ms, ..Renewal::default() },
        is_connected: false,
    };
    let mut devices: Vec<_> = (0..DEVICES).map(device).collect();
    let mut agenda = vec![Vec::new(); SECONDS];
    agenda[0] = (0..DEVICES).collect();
    let mut course = Course { attempts: vec![0; SECONDS], accepted: vec![0; SECONDS] };
    for second in 0..SECONDS {
        for index in std::mem::take(&mut agenda[second]) {
            let next = if missing == Missing::Clock && second < LATE {
                devices[index].has_no_clock(second);
                LATE
            } else {
                let quota = if missing == Missing::Bridge && second < LATE { 0 } else { QUOTA };
                let wait_ms = devices[index].turn(second, quota, &mut course);
                second + usize::try_from(wait_ms.div_ceil(1_000)).expect("an index")
            };
            if let Some(list) = agenda.get_mut(next) {
                list.push(index);
            }
        }
    }
    course
}

impl Device {
    fn has_no_clock(&mut self, second: usize) {
        let uptime_ms = u32::try_from(second * 1_000).expect("32 bits");
        assert_eq!(self.renewal.next(0, uptime_ms), Err(Status::JWT_ERR_CLOCK));
    }

    /// What a device does when it is its turn; how long it then waits.
    fn turn(&mut self, second: usize, quota: u32, course: &mut Course) -> u32 {
        let now = START + i64::try_from(second).expect("64 bits");
        let uptime_ms = u32::try_from(second * 1_000).expect("32 bits");
        let mut advice = self.renewal.next(now, uptime_ms).expect("advice");
        if advice.action == JWT_RENEWAL_RENEW {
            self.renewal.minted(now);
            self.is_connected = false;
            advice = self.renewal.next(now, uptime_ms).expect("advice");
        }
        if advice.action == JWT_RENEWAL_USE && !self.is_connected {
            course.attempts[second] += 1;
            self.is_connected = course.accepted[second] < quota;
            if self.is_connected {
                course.accepted[second] += 1;
                self.renewal.accepted(uptime_ms);
            } else {
                self.renewal.failed(uptime_ms);
            }
            advice = self.renewal.next(now, uptime_ms).expect("advice");
        }
        advice.wait_ms
    }
}

impl Course {
    fn peak(&self, seconds: std::ops::Range<usize>) -> u32 {
        self.attempts[seconds].iter().copied().max().unwrap_or_default()
    }

    fn attempts(&self, seconds: std::ops::Range<usize>) -> u64 {
        self.attempts[seconds].iter().map(|&count| u64::from(count)).sum()
    }

    /// The second by whose end so many connections were accepted that each device can have had one.
    fn all_connected(&self) -> Option<usize> {
        let mut sum = 0;
        self.accepted.iter().position(|&count| {
            sum += usize::try_from(count).expect("an index");
            sum >= DEVICES
        })
    }
}

/// The seconds in which tokens are renewed, that were minted in the seconds of the spread.
fn renewals() -> std::ops::Range<usize> {
    let age = |eighths: i64| usize::try_from(LIFETIME * eighths / 8).expect("an index");
    age(5)..SPREAD + age(7) + 1
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn row(name: &str, course: &Course) -> String {
    let connected =
        course.all_connected().map_or("no".to_owned(), |second| format!("after {} s", thousands(second as u64)));
    let attempts = course.attempts(0..SECONDS);
    format!("| {name} | {} | {} | {connected} |\n", thousands(course.peak(0..SECONDS).into()), thousands(attempts))
}

fn table(rows: &[(&str, &Course)]) -> String {
    let mut table =
        "| devices | most attempts in a second | attempts in 150 minutes | all connected |\n|---|---|---|---|\n"
            .to_owned();
    table.extend(rows.iter().map(|(name, course)| row(name, course)));
    table
}

/// Attempts per second, on a logarithmic scale, against time: the most in a second of each two minutes. The dashed line is
/// the quota.
fn svg(courses: &[(&str, &str, &Course)]) -> String {
    const WIDTH: usize = 720;
    const HEIGHT: usize = 300;
    const LEFT: usize = 76;
    const TOP: usize = 20;
    let mut svg = String::new();
    let y = |count: u32| TOP as f64 + HEIGHT as f64 * (1.0 - f64::from(count.max(1)).log10() / 6.0);
    let x = |second: usize| LEFT + second * WIDTH / SECONDS;
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Attempts to connect per second, of 1,000,000 devices that boot at once</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        LEFT + WIDTH + 20,
        TOP + HEIGHT + 60
    )
    .expect("text");
    for power in 0..=6 {
        let (line, label) = (y(10_u32.pow(power)), thousands(10_u64.pow(power)));
        writeln!(
            svg,
            "<path d=\"M{LEFT} {line:.0}h{WIDTH}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{label}</text>",
            LEFT - 6,
            line + 4.0
        )
        .expect("text");
    }
    for minutes in (0..=150).step_by(30) {
        let below = TOP + HEIGHT + 18;
        writeln!(svg, "<text x=\"{}\" y=\"{below}\" text-anchor=\"middle\">{minutes} min</text>", x(minutes * 60))
            .expect("text");
    }
    let quota = y(QUOTA);
    writeln!(svg, "<path d=\"M{LEFT} {quota:.0}h{WIDTH}\" stroke=\"#000\" stroke-dasharray=\"4 4\"/>").expect("text");
    for (place, (name, colour, course)) in courses.iter().enumerate() {
        let points: String = course
            .attempts
            .chunks(120)
            .enumerate()
            .map(|(chunk, counts)| {
                format!("{} {:.1} ", x(chunk * 120), y(counts.iter().copied().max().unwrap_or_default()))
            })
            .collect();
        writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\"/>",
            points.trim_end(),
            5 - 2 * place
        )
        .expect("text");
        let (left, below) = (LEFT + place * 240, TOP + HEIGHT + 42);
        writeln!(svg, "<text x=\"{left}\" y=\"{below}\" fill=\"{colour}\">{name}</text>").expect("text");
    }
    svg + "</svg>\n"
}

/// The text between the marks of the table in the README.
fn replace_table(readme: &str, table: &str) -> String {
    let (before, rest) = readme.split_once("<!-- fleet -->\n").expect("the mark before the table");
    let (_, after) = rest.split_once("<!-- /fleet -->").expect("the mark behind the table");
    format!("{before}<!-- fleet -->\n{table}<!-- /fleet -->{after}")
}

#[test]
fn fleet_that_boots_at_once_does_not_connect_at_once() {
    let by_index = |device| device as u64;
    let (alike, vendor, spread, late, away) = std::thread::scope(|scope| {
        let alike = scope.spawn(|| run(0, Missing::Nothing, |_| 0));
        let vendor = scope.spawn(|| run(0, Missing::Nothing, by_index));
        let spread = run(SPREAD, Missing::Nothing, by_index);
        let late = run(SPREAD, Missing::Clock, by_index);
        let away = run(SPREAD, Missing::Bridge, by_index);
        (alike.join().expect("a course"), vendor.join().expect("a course"), spread, late, away)
    });

    for (course, from) in [(&spread, 0), (&late, LATE)] {
        assert_eq!(course.all_connected().map(|second| second - from), Some(SPREAD), "from {from}");
        for seconds in [0..SPREAD + 1, renewals()] {
            let seconds = from + seconds.start..from + seconds.end;
            let (peak, attempts) = (u64::from(course.peak(seconds.clone())), course.attempts(seconds.clone()));
            assert!(attempts >= DEVICES as u64, "each device connects in {seconds:?}");
            let length = seconds.len() as u64;
            assert!(peak * length <= 2 * attempts, "{peak} in a second of {seconds:?} is more than twice the mean");
        }
    }

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (figure, readme) = (root.join("tests/fleet.svg"), root.join("README.md"));
    let courses = [
        ("one seed", "#c22", &alike),
        ("the vendor's back-off", "#d80", &vendor),
        ("spread over 30 minutes", "#06c", &spread),
    ];
    let drawn = svg(&courses);
    let written = fs::read_to_string(&readme).expect("README.md");
    let rows = [
        ("all with one seed: no jitter", &alike),
        ("each with its seed: the vendor's back-off", &vendor),
        ("and `spread_ms` of 30 minutes", &spread),
        ("that, where the network and the time come an hour after the power", &late),
        ("that, where the bridge comes an hour after the devices", &away),
    ];
    let current = replace_table(&written, &table(&rows));
    if std::env::var_os("JWT_MINT_BLESS").is_some() {
        fs::write(&figure, &drawn).expect("the figure");
        fs::write(&readme, &current).expect("README.md");
        return;
    }
    let stale = "is stale: JWT_MINT_BLESS=1 cargo test --test fleet";
    assert!(written == current, "the table of the README {stale}");
    assert!(fs::read_to_string(&figure).is_ok_and(|committed| committed == drawn), "tests/fleet.svg {stale}");
}
