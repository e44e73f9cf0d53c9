import Glibc

/// The process's own metrics, under the names that every Prometheus client library gives them.
enum ProcessMetrics {
    static let started = Double(time(nil))

    /// Reads memory, file descriptors, threads and CPU time from `/proc/self` and the process clock.
    static func samples() -> [MetricSample] {
        var samples = [
            MetricSample(
                "process_start_time_seconds", .gauge, "When the process started, seconds since 1970.", started)
        ]
        if let pages = fields(of: "/proc/self/statm").dropFirst().first.flatMap({ Int($0) }) {
            samples.append(
                MetricSample(
                    "process_resident_memory_bytes", .gauge, "Resident memory.", pages * sysconf(Int32(_SC_PAGESIZE))))
        }
        if let count = entries(of: "/proc/self/fd") {
            samples.append(MetricSample("process_open_fds", .gauge, "Open file descriptors.", count))
        }
        if let count = entries(of: "/proc/self/task") {
            samples.append(MetricSample("process_threads", .gauge, "Operating system threads.", count))
        }
        var cpu = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) == 0 {
            samples.append(
                MetricSample(
                    "process_cpu_seconds_total", .counter, "CPU time, user and system.",
                    Double(cpu.tv_sec) + Double(cpu.tv_nsec) / 1e9))
        }
        return samples
    }

    /// The words of a one-line file.
    private static func fields(of path: String) -> [Substring] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        let text = String(unsafeUninitializedCapacity: 256) { max(0, read(file, $0.baseAddress, $0.count)) }
        return text.split(whereSeparator: \.isWhitespace)
    }

    private static func entries(of path: String) -> Int? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Not ".", ".." and, for the descriptors, the one that reads this very directory.
        return count - (path.hasSuffix("/fd") ? 3 : 2)
    }
}
