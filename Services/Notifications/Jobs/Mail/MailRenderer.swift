import Mail
import Mustache

/// Writes the mails of ``MailTemplate``.
///
/// What a template tells of goes into the HTML escaped; the text is as it is.
enum MailRenderer {
    struct Text: Sendable, Equatable {
        var subject: String
        var text: String
        var html: String?
    }

    /// A template is missing or wrong, which a test would have shown.
    struct Broken: Error {
        let template: String
    }

    /// - Parameter model: What the template may name, see ``MailModel``.
    static func render(_ template: MailTemplate, _ model: any Sendable) throws -> Text {
        let library = try library.get()
        func text(_ name: String) throws -> String {
            guard let text = library.render(model, withTemplate: name) else { throw Broken(template: name) }
            return text
        }
        return Text(
            subject: try text("\(template.rawValue).subject"), text: try text("\(template.rawValue).txt"),
            html: try text("\(template.rawValue).html"))
    }

    /// Read when the first mail is written: an idle service pays nothing for it.
    private static let library = Result { try makeLibrary() }

    private static func makeLibrary() throws -> MustacheLibrary {
        let files: [(name: String, bytes: [UInt8])] = [
            ("layout.html", PackageResources.layout_html_mustache),
            ("order_lines.html", PackageResources.order_lines_html_mustache),
            ("order_lines.txt", PackageResources.order_lines_txt_mustache),
            ("order_confirmation.html", PackageResources.order_confirmation_html_mustache),
            ("order_confirmation.txt", PackageResources.order_confirmation_txt_mustache),
            ("order_refund.html", PackageResources.order_refund_html_mustache),
            ("order_refund.txt", PackageResources.order_refund_txt_mustache),
            ("order_shipment.html", PackageResources.order_shipment_html_mustache),
            ("order_shipment.txt", PackageResources.order_shipment_txt_mustache),
            ("error_report.html", PackageResources.error_report_html_mustache),
            ("error_report.txt", PackageResources.error_report_txt_mustache),
        ]
        var library = MustacheLibrary()
        for file in files {
            let text = String(decoding: file.bytes, as: UTF8.self)
            // What is not HTML must not be escaped as if it were.
            try library.register(file.name.hasSuffix(".html") ? text : plain + text, named: file.name)
        }
        for template in MailTemplate.allCases {
            try library.register(plain + template.subject, named: "\(template.rawValue).subject")
        }
        return library
    }

    private static let plain = "{{% CONTENT_TYPE:TEXT}}\n"
}
