/// Documented paths as a tree, from which the fewest rules are read that send each path to its owner.
///
/// Where everything below a prefix has one owner, the prefix is the rule, so that unknown paths below it reach the
/// service too, which answers them in their dialect.
struct PathTree<Owner: Hashable> {
    /// What a rule's text means.
    enum Kind {
        /// This very path.
        case exact
        /// All paths that start so; ends with a slash.
        case prefix
        /// A regular expression for the whole path.
        case pattern

        /// Lower is more specific.
        var rank: Int {
            switch self {
            case .exact: 0
            case .pattern: 1
            case .prefix: 2
            }
        }
    }

    struct Rule {
        let kind: Kind
        let text: String
        let owner: Owner

        /// A regular expression for the path with or without a query behind it.
        var requestExpression: String {
            let path = text.replacing(".", with: "\\.")
            return switch kind {
            case .exact: "^\(path)(\\?|$)"
            case .pattern: text.dropLast() + "(\\?|$)"
            case .prefix: "^\(path)"
            }
        }
    }

    private final class Node {
        var literals: [String: Node] = [:]
        var parameter: Node?
        var owners: Set<Owner> = []

        var ownersBelow: Set<Owner> {
            var all = owners
            for child in literals.values { all.formUnion(child.ownersBelow) }
            if let parameter { all.formUnion(parameter.ownersBelow) }
            return all
        }
    }

    private let root = Node()

    /// - Parameter template: a path such as `/v1/orders/{id}`; a trailing slash is ignored.
    func insert(_ template: String, owner: Owner) {
        var node = root
        for segment in template.split(separator: "/") {
            let next: Node
            if segment.hasPrefix("{") {
                next = node.parameter ?? Node()
                node.parameter = next
            } else {
                next = node.literals[String(segment)] ?? Node()
                node.literals[String(segment)] = next
            }
            node = next
        }
        node.owners.insert(owner)
    }

    /// The rules, in the order of their paths. A longer prefix wins over a shorter one, a pattern over none.
    var rules: [Rule] {
        var rules: [Rule] = []
        collect(root, path: "", isPattern: false, into: &rules)
        return rules
    }

    private func collect(_ node: Node, path: String, isPattern: Bool, into rules: inout [Rule]) {
        let below = node.ownersBelow
        if below.count == 1, let owner = below.first, !path.isEmpty {
            if isPattern {
                rules.append(Rule(kind: .pattern, text: "^\(path)(/.*)?$", owner: owner))
            } else {
                rules.append(Rule(kind: .exact, text: path, owner: owner))
                rules.append(Rule(kind: .prefix, text: path + "/", owner: owner))
            }
            return
        }
        for owner in node.owners {
            rules.append(
                Rule(kind: isPattern ? .pattern : .exact, text: isPattern ? "^\(path)/?$" : path, owner: owner))
        }
        for (segment, child) in node.literals.sorted(by: { $0.key < $1.key }) {
            collect(child, path: path + "/" + segment, isPattern: isPattern, into: &rules)
        }
        guard let parameter = node.parameter else { return }
        let owners = parameter.ownersBelow
        if owners.count == 1, let owner = owners.first, !isPattern {
            rules.append(Rule(kind: .prefix, text: path + "/", owner: owner))
        } else {
            collect(parameter, path: path + "/[^/]+", isPattern: true, into: &rules)
        }
    }
}
