/// How text from forms and loosely typed clients is read.
enum LenientScalar {
    /// `true`, `1`, `on`, `yes` and their opposites, in any case.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1", "on", "yes": true
        case "false", "0", "off", "no": false
        default: nil
        }
    }
}
