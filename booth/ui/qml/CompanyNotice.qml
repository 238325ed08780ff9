// Somebody comes or goes: said on the screen and, whatever has the focus, to a screen reader.
import QtQuick

Notice {
    id: company
    objectName: "company"
    kind: view.company.what === "refused" ? "warning" : "info"
    text: view.company.what === "" ? "" : Say.word("company-" + view.company.what, {
        name: view.company.name, role: view.company.role, named: view.company.name === "" ? 0 : 1
    })
    onTextChanged: if (text !== "") Accessible.announce(text, Accessible.Assertive)
    Component.onCompleted: if (text !== "") Accessible.announce(text, Accessible.Assertive)
}
