// @ts-check
/// <reference lib="dom" />

/** The longer side of a picture that is sent, in pixels. */
const SIDE_MAX = 1_600;
const QUALITY = 0.82;
/** Files larger than this are not even opened. */
export const PICTURE_BYTES_MAX = 30 * 1024 * 1024;

/**
 * Draws a picture anew, smaller: nothing of the file but its pixels is left, neither the place nor
 * the device that it was taken with.
 *
 * @param {Blob} file
 * @returns {Promise<Blob>}
 * @throws where it is no picture that this browser reads
 */
export async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#FFFFFF";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => blob ? resolve(blob) : reject(new Error("not drawn")),
      "image/jpeg",
      QUALITY,
    );
  });
}
