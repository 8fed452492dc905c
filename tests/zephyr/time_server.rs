//! A time server (RFC 4330) that tells the time of a test's clock.

use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::support::bridge;

/// Seconds from 1900 to 1970.
const NTP_EPOCH: i64 = 2_208_988_800;

pub struct TimeServer {
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TimeServer {
    /// On loopback. `folder` is the bridge's, whose clock it is.
    pub fn start(port: u16, folder: PathBuf) -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", port)).expect("a port for time");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a time-out");
        let end = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            let mut question = [0; 512];
            while !until.load(Ordering::Relaxed) {
                if let Ok((48.., asker)) = socket.recv_from(&mut question) {
                    let answer = answer(&question, bridge::clock(&folder) / 1000);
                    socket.send_to(&answer, asker).expect("an answer");
                }
            }
        });
        Self { end, thread: Some(thread) }
    }
}

fn answer(question: &[u8], now: i64) -> [u8; 48] {
    let mut answer = [0; 48];
    // No warning, version 4, server; stratum 1.
    answer[..2].copy_from_slice(&[0x24, 1]);
    let seconds = u32::try_from(now + NTP_EPOCH).expect("before 2036").to_be_bytes();
    answer[16..20].copy_from_slice(&seconds);
    // The asker's transmit timestamp comes back as the originate timestamp.
    answer[24..32].copy_from_slice(&question[40..48]);
    answer[32..36].copy_from_slice(&seconds);
    answer[40..44].copy_from_slice(&seconds);
    answer
}

impl Drop for TimeServer {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
