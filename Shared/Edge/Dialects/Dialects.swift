public import HTTPTypes
public import Schema

/// One operation of the public surface.
public struct DocumentedPath: Hashable, Sendable {
    public let method: HTTPRequest.Method
    /// With `{name}` for parameters; as documented, so some end in a slash.
    public let template: String
    public let dialect: DialectName
    /// Who answers it.
    public let service: ServiceName

    init(_ method: HTTPRequest.Method, _ template: String, _ dialect: DialectName, _ service: ServiceName) {
        self.method = method
        self.template = template
        self.dialect = dialect
        self.service = service
    }
}

/// All dialects, and which paths belong to them.
public enum Dialects {
    /// The dialect called `name`.
    public static func dialect(_ name: DialectName) -> any Dialect {
        switch name {
        case .watchTraderHub: WatchTraderHub()
        case .noticia: Noticia()
        case .healthSuite: HealthSuite()
        case .giddyUp: GiddyUp()
        case .retailOS: RetailOS()
        case .management: Management()
        }
    }

    /// The dialect in which a path that no route has is refused: that of the documented path which goes with it longest.
    public static func dialect(forPath path: String) -> any Dialect {
        dialect(nearest.nearest(to: path[...]) ?? .watchTraderHub)
    }

    private static let nearest: RouteTree<DialectName> = {
        var tree = RouteTree<DialectName>()
        for path in documentedPaths {
            for prefix in path.dialect == .watchTraderHub ? ["", "/api"] : [""] {
                tree.insert(path.dialect, at: prefix + path.template)
            }
        }
        return tree
    }()
}
