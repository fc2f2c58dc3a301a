/** A style sheet's text: the bundler reads it in. */
declare module "*.css" {
  const text: string;
  export default text;
}
