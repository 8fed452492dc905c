//! The example's device, made for IDF's `linux` target, with a file for its flash.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::project::{Project, finish, idf_path};
use crate::support;
use crate::support::bridge::{Bridge, wait_for};

/// Where `partitions.csv` has the partition with the key, and its length.
pub const IDENTITY: std::ops::Range<usize> = 0x9000..0xf000;
const FLASH_LEN: usize = 0x20_0000;

/// The image of a flash with the partition table, and in the first partition who the device is.
pub fn flash(project: &Project, bridge: &Bridge, device: &str, key: &str) -> PathBuf {
    let folder = &bridge.folder;
    let row = |name: &str, kind: &str, value: &str| format!("{name},{kind},string,{value}\n");
    let ca = folder.join("ca.pem").display().to_string();
    let key = support::keys::file(key).display().to_string();
    let table = [
        "key,type,encoding,value\ndevice,namespace,,\n".to_owned(),
        row("project", "data", "my-project"),
        row("location", "data", "us-central1"),
        row("registry", "data", "my-registry"),
        row("system_key", "data", "0a1b2c3d4e5f60718293a4b5c6d7"),
        row("device", "data", device),
        row("mqtt_url", "data", &format!("mqtts://localhost:{}", bridge.port("MQTTS"))),
        row("http_url", "data", &format!("https://localhost:{}", bridge.port("HTTPS"))),
        row("ca", "file", &ca),
        row("key", "file", &key),
    ];
    fs::write(folder.join("device.csv"), table.concat()).expect("write");
    let generator = idf_path().join("components/nvs_flash/nvs_partition_generator/nvs_partition_gen.py");
    let mut command = Command::new("python");
    command.arg(generator).arg("generate").arg(folder.join("device.csv")).arg(folder.join("device.bin"));
    finish(command.arg(format!("{:#x}", IDENTITY.len()))).expect("the partition");

    let mut image = vec![0xff; FLASH_LEN];
    for (start, file) in [
        (0x8000, project.build.join("partition_table/partition-table.bin")),
        (IDENTITY.start, folder.join("device.bin")),
    ] {
        let bytes = fs::read(file).expect("a part of the image");
        image.get_mut(start..start + bytes.len()).expect("within the flash").copy_from_slice(&bytes);
    }
    let file = folder.join("flash.bin");
    fs::write(&file, image).expect("write");
    file
}

/// A device that runs; what it says goes to a file. Ended with its last user.
pub struct Device {
    process: Child,
    output: PathBuf,
    read: usize,
}

impl Device {
    pub fn start(project: &Project, flash: &Path, variables: &[(&str, &Path)]) -> Self {
        let output = flash.with_extension("log");
        let file = File::create(&output).expect("a file");
        let mut command = Command::new(project.build.join("device.elf"));
        command.env("FLASH", flash).envs(variables.iter().copied()).stdin(Stdio::null());
        command.stdout(file.try_clone().expect("a file")).stderr(file);
        Self { process: command.spawn().expect("it starts"), output, read: 0 }
    }

    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.output).expect("the output")).into_owned()
    }

    /// Waits until it says that again, after all that was waited for before.
    pub fn says(&mut self, what: &str) {
        let from = self.read;
        self.read = wait_for(what, || {
            let said = self.said();
            let at = said.get(from..)?.find(what)?;
            Some(from + at + what.len())
        });
    }

    pub fn end(&mut self) -> ExitStatus {
        wait_for("the end", || self.process.try_wait().expect("wait"))
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
