//! Calls STS with the AWS SDK for Rust. The arguments are COUNT SECONDS.
use std::{env, error::Error, time::Duration};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().collect();
    let (count, seconds): (u32, f64) = (words[1].parse()?, words[2].parse()?);
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await;
    let client = aws_sdk_sts::Client::new(&config);
    for number in 0..count {
        if number > 0 {
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        }
        client.get_caller_identity().send().await?;
    }
    Ok(())
}
