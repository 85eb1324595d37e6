"""The CNN lab: methods side by side on images, live."""
