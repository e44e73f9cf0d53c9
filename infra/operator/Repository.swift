import Foundation
import LocalStack

/// Files of the source tree that the operator reads while it runs.
enum Repository {
    /// `CARAVAN_ROOT`, which the bootstrap script and the image set; otherwise the package above the executable.
    static let root: String = {
        if let chosen = ProcessInfo.processInfo.environment["CARAVAN_ROOT"], !chosen.isEmpty { return chosen }
        var directory = URL(fileURLWithPath: BuiltProducts.directory)
        while directory.path != "/", access(directory.appendingPathComponent("Package.swift").path, F_OK) != 0 {
            directory.deleteLastPathComponent()
        }
        return directory.path
    }()

    static var demoListings: String { root + "/infra/demo/listings.json" }
    static var demoCampaigns: String { root + "/infra/demo/campaigns.json" }
    static var gatewayTemplate: String { root + "/infra/gateway/nginx.conf.template" }
}
