import Foundation
import Importing

/// Shows how far an import has come: a bar on a terminal, else a line now and then.
final class ImportDisplay {
    private static let width = 30

    private let start = ContinuousClock.now
    private var shownAt: ContinuousClock.Instant?
    private let interval: Duration = Console.isTerminal ? .milliseconds(100) : .seconds(10)

    /// Shows it, unless that was done a moment ago.
    func show(_ progress: ImportProgress) {
        let now = ContinuousClock.now
        if let shownAt, now - shownAt < interval { return }
        shownAt = now
        Console.write(Console.isTerminal ? "\r\(bar(progress))\u{1b}[K" : "\(text(progress))\n")
    }

    /// Shows the end.
    func finish(_ progress: ImportProgress) {
        Console.write(Console.isTerminal ? "\r\(bar(progress))\u{1b}[K\n" : "\(text(progress))\n")
    }

    private func bar(_ progress: ImportProgress) -> String {
        let filled = Int(share(progress) * Double(Self.width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        return "\(bar) \(text(progress))"
    }

    private func text(_ progress: ImportProgress) -> String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = Double(progress.settledNow) / max(seconds, 0.001)
        let percent = Int(share(progress) * 100)
        var text = "\(percent) %  \(progress.succeeded) imported  \(progress.failed) refused  \(Int(rate))/s"
        if percent < 100, percent > 0, progress.settledNow > 0 {
            let total = Double(progress.succeeded + progress.failed) / share(progress)
            text += "  \(Int((total - Double(progress.succeeded + progress.failed)) / rate)) s left"
        }
        return text
    }

    private func share(_ progress: ImportProgress) -> Double {
        progress.size > 0 ? Double(progress.done) / Double(progress.size) : 1
    }
}
