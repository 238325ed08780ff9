import QtQuick

Label {
    font.pixelSize: Theme.titleSize
    strong: true
    lineHeight: 1.1
    Accessible.role: Accessible.Heading
}
